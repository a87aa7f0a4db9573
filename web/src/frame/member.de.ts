/** German: what the frame says to who is signed in. */

import type { MemberWords } from "./member.en";

export const words: MemberWords = {
  main: "Hauptmenü",
  more: "Mehr",
  notNow: "Jetzt nicht",
  overview: "Übersicht",
  phone: "Telefon",
  history: "Verlauf",
  insights: "Auswertung",
  money: "Guthaben",
  numbers: "Rufnummern",
  privacy: "Datenschutz",
  settings: "Einstellungen",
  signOut: "Abmelden",
  credit: (amount) => `Guthaben ${amount}`,
  held: (amount) => `${amount} zurückgelegt`,
  againTitle: "Bitte melden Sie sich noch einmal an",
  again: "Ihre Anmeldung liegt eine Weile zurück. So schützen wir, was jetzt kommt.",
  continue: "Weiter",
  continueWithGoogle: "Weiter mit Google",
};
