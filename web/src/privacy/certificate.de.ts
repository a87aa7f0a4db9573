/** German: what the page of a deletion's certificate says. */

import type { CertificateWords } from "./certificate.en";

export const words: CertificateWords = {
  title: (service) => `Ihr Konto bei ${service} ist gelöscht`,
  asked: (day) => `Sie haben am ${day} darum gebeten.`,
  done: (day) => `Erledigt wurde es am ${day}.`,
  nobody: "Diese Seite nennt niemanden. Wer ihren Link hat, kann sie lesen, auch ohne Konto.",
  heldTitle: "Etwas ist noch aufgehalten",
  held: "Wegen einer Rechtssache müssen wir einen Teil aufbewahren. Ist sie beendet, löschen wir ihn, und hier steht es dann.",

  hereTitle: "Was hier geschehen ist",
  hereNothing: "Es gab nichts zu löschen.",
  kind: "Art",
  where: "Wo",
  became: "Was damit geschah",
  count: "Anzahl",
  actions: {
    deleted: "Gelöscht",
    pseudonymised: "Von Ihrem Namen getrennt",
    references: "Was auf Sie verwies, gelöscht",
  },
  othersTitle: "Was andere für uns gelöscht haben",
  who: "Wer",
  confirmed: "Bestätigt",
  staysTitle: "Was bleibt",
  stays: "Unter Zufallsnummern, die auf niemanden verweisen.",
  staysNothing: "Es bleibt nichts.",
  heldKinds: "Aufgehalten, wie es ist, bis eine Rechtssache beendet ist.",
  why: "Warum",
  until: "Bis",
  noDay: "noch kein Tag",
  endsTitle: "Was von selbst verschwindet",
  what: "Was",

  proofTitle: "Der Nachweis",
  proof: "Die Bescheinigung ist signiert: Sie lässt sich ohne uns prüfen, auch wenn es uns nicht mehr gibt.",
  checking: "Ihr Browser prüft die Signatur …",
  fits: "Ihr Browser hat geprüft: Die Signatur stimmt, und nichts wurde verändert.",
  fitsNot:
    "Die Signatur stimmt nicht. Diese Seite kann unterwegs verändert worden sein: Bitte vertrauen Sie ihr nicht.",
  unchecked: "Ihr Browser kann die Signatur hier nicht prüfen. Der Befehl unten kann es.",
  request: "Antrag",
  policy: "Erklärung",
  chain: "Protokoll dessen, was geschah",
  entries: (count, head) => `${count} Einträge, der letzte ${head}`,
  algorithm: "Signiert mit",
  key: "Schlüssel (SHA-256)",
  signature: "Signatur",
  certificate: "Bescheinigung (JSON)",
  publicKey: "Öffentlicher Schlüssel",
  print: "Drucken",
  howTitle: "Auf dem eigenen Rechner prüfen",
  how: "Laden Sie beide Dateien herunter. In einer Kopie des Quelltexts von Vowline fragt dieser Befehl niemanden und geht ohne Netz:",

  incompleteTitle: "Dieser Link ist nicht vollständig",
  incomplete:
    "Bitte öffnen Sie ihn noch einmal aus unserer letzten E-Mail: Er wurde unterwegs abgeschnitten.",
  goneTitle: "Hier ist keine Bescheinigung",
  gone: "Der Link wurde vielleicht unterwegs verändert: Bitte öffnen Sie ihn noch einmal aus unserer letzten E-Mail.",
  goneBy: (duration) =>
    `Oder ihre Zeit ist um. Eine Bescheinigung bleibt nach der Löschung noch ${duration} und wird dann selbst gelöscht.`,
};
