/** German: what the settings say. */

import type { SettingsWords } from "./words.en";

export const words: SettingsWords = {
  title: "Einstellungen",
  account: "Ihr Konto",
  email: "E-Mail",
  since: "Bei uns seit",
  language: "Sprache",
  cancel: "Abbrechen",

  detailsTitle: "Ihre Angaben",
  save: "Speichern",
  saved: "Ihre Angaben sind gespeichert.",

  emailTitle: "E-Mail-Adresse ändern",
  emailWhat: "Wir schreiben an die neue Adresse; sie gilt, sobald Sie den Link in dieser E-Mail öffnen.",
  newEmail: "Neue E-Mail-Adresse",
  password: "Passwort",
  changeEmail: "Adresse ändern",
  emailAsked: (address) =>
    `Wir haben an ${address} geschrieben. Öffnen Sie den Link in dieser E-Mail in diesem Browser.`,

  passwordTitle: "Passwort ändern",
  passwordWhat: "Alle anderen Browser werden abgemeldet.",
  currentPassword: "Bisheriges Passwort",
  newPassword: "Neues Passwort",
  changePassword: "Passwort ändern",
  passwordChanged: "Ihr Passwort ist geändert.",

  googleTitle: "Mit Google anmelden",
  googleWhat: "Wählen Sie ein Google-Konto, das auch dieses Konto öffnen darf.",
  googleLink: "Google-Konto verbinden",

  sessionsTitle: "Wo Sie angemeldet sind",
  browser: "Browser",
  sessionHere: "Dieser Browser",
  sessionOther: "Anderer Browser",
  sessionSince: "Angemeldet",
  sessionEnds: "Endet",
  sessionEnd: "Abmelden",
  sessionEnded: "Dieser Browser ist abgemeldet.",
  everywhere: "Überall abmelden",
  everywhereHint: "Auch in diesem Browser. Früher verschickte Links gelten dann nicht mehr.",

  cookies: "Cookie-Auswahl",
  privacy: "Ihre Daten und Ihre Rechte",

  closeTitle: "Konto schließen",
  closeWhat:
    "Nicht verbrauchtes Guthaben geht auf dem Weg zurück, auf dem es bezahlt wurde. Sie können sich noch eine Weile anmelden und Ihre Daten lesen; dann verschwinden sie. Das lässt sich nicht rückgängig machen.",
  close: "Mein Konto schließen …",
  closeSure: "Ihr Konto endgültig schließen?",
  closeYes: "Mein Konto schließen",
  closed: "Ihr Konto ist geschlossen.",
  closedUntil: (day) => `Ihr Konto ist geschlossen. Ihre Daten können Sie bis ${day} lesen.`,
  closeElse: "Soll alles früher verschwinden? Beantragen Sie die Löschung.",
};
