/** German: what the frame and the design system say. */

import type { FrameWords } from "./words.en";

export const words: FrameWords = {
  skip: "Zum Inhalt springen",
  close: "Schließen",
  signedOut: "Sie sind abgemeldet.",
  sessionEnded: "Sie wurden abgemeldet. Bitte melden Sie sich wieder an.",
  notice: "Datenschutzerklärung",
  cookies: "Cookie-Auswahl",
  apiDocs: "API",
  language: "Sprache",
  runsOn: "Läuft mit Vowline",
  offline: "Der Dienst ist nicht erreichbar. Was Sie sehen, kann veraltet sein; wir versuchen es weiter.",
  unreachable:
    "Der Dienst ist gerade nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
  unexpected: "Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.",
  tryAgain: "Noch einmal versuchen",
  notFoundTitle: "Hier ist nichts",
  notFound: "Die Adresse ist vielleicht vertippt, oder was hier war, gibt es nicht mehr.",
  toStart: "Zur Startseite",
  brokenTitle: "Diese Seite wurde nicht geladen",
  broken: "Vielleicht brach die Verbindung ab. Ihr Konto und Ihr Guthaben sind unverändert.",
  email: "E-Mail",
  password: "Passwort",
  optional: "freiwillig",
  show: "Zeigen",
  hide: "Verbergen",
  valueMissing: "Bitte füllen Sie das aus.",
  wrongEmail: "Bitte schreiben Sie eine Adresse wie ada@example.com.",
  tooShort: (least) => `Bitte mindestens ${least} Zeichen.`,
  wrongDate: "Bitte geben Sie ein ganzes Datum an.",
  wrongValue: "Das sieht nicht richtig aus. Bitte prüfen Sie es.",
};
