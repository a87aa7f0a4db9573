/** German: the first page, for who is not signed in. */

import type { WelcomeWords } from "./welcome.en";

export const words: WelcomeWords = {
  pitch: "Ins Ausland telefonieren und den Preis kennen, bevor es klingelt.",
  pitchOther: (title) => `Ihr Konto bei ${title}.`,
  factPrice: "Sie sehen den Minutenpreis, während Sie die Nummer tippen.",
  factPrepaid: "Auf Guthaben: Ein Gespräch endet von selbst, bevor es mehr kosten kann, als Sie haben.",
  factRecording: "Wir nehmen niemals ein Gespräch auf.",
  factSale: "Wir verkaufen niemals, was wir über Sie wissen.",
  factLeave: "Gehen Sie, wann Sie wollen: Ihr Konto löschen Sie selbst.",
  signIn: "Anmelden",
  signInTitle: "Willkommen zurück",
  signInWithGoogle: "Mit Google anmelden",
  forgotten: "Passwort vergessen?",
  newHere: "Neu hier?",
  createAccount: "Konto anlegen",
  email: "E-Mail",
  password: "Passwort",
  google: {
    linked: "Von nun an können Sie sich auch mit Google anmelden.",
    expired: "Das dauerte zu lange oder begann in einem anderen Browser. Bitte versuchen Sie es noch einmal.",
    cancelled: "Sie sind von Google zurückgekommen, ohne ein Konto zu wählen.",
    failed: "Google hat nicht bestätigt, wer Sie sind. Bitte versuchen Sie es noch einmal.",
    unavailable: "Google antwortet gerade nicht. Bitte versuchen Sie es gleich noch einmal.",
    unverified: "Google hat die Adresse dieses Kontos nicht bestätigt. Bitte wählen Sie ein anderes.",
    "sign-up":
      "Es gibt noch kein Konto für Sie, oder unsere Datenschutzerklärung hat sich geändert. Bitte legen Sie zuerst ein Konto an.",
    "sign-in-first": "Zu Ihrer Adresse gibt es hier schon ein Konto. Bitte melden Sie sich an wie bisher.",
    taken: "Dieses Google-Konto gehört hier zu einem anderen Konto.",
    closing: "Das Konto mit dieser Adresse wird gelöscht. Danach können Sie die Adresse wieder verwenden.",
  },
};
