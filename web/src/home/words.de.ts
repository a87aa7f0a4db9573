/** German: what the overview says. */

import type { HomeWords } from "./words.en";

export const words: HomeWords = {
  title: "Übersicht",
  lead: (service) => `Was Sie bei ${service} haben.`,
  closedUntil: (day) => `Ihr Konto ist geschlossen. Ihre Daten können Sie bis ${day} lesen.`,
  accountTitle: "Ihr Konto",
  email: "E-Mail",
  name: "Name",
  phone: "Telefonnummer",
  since: "Seit",
  toSettings: "Einstellungen",
  dataTitle: "Ihre Daten",
  held: (some, all) => `Zu ${some} von ${all} Arten von Daten ist etwas gespeichert.`,
  next: (day) => `Das Nächste davon verschwindet bis ${day}, wenn nichts Neues hinzukommt.`,
  toData: "Ansehen, was gespeichert ist",
  toChoices: "Ihre Wahl",
  toFile: "Alles als Datei",
  requestsTitle: "Ihre Anträge",
  noRequests: "Keiner Ihrer Anträge ist offen.",
  due: (day) => `Antwort bis ${day}`,
  toRequests: "Alle Anträge",
  comingTitle: "Was noch kommt",
  coming: "Nichts davon läuft schon, und nichts wird heute dafür erhoben.",
};
