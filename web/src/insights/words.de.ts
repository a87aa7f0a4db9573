/** German: what sums of calls say. */

import type { InsightWords } from "./words.en";

export const words: InsightWords = {
  title: "Auswertung",
  lead: "Was Ihre Gespräche zusammen ergeben. Tage beginnen um Mitternacht UTC.",
  spentToday: "Heute ausgegeben",
  spentMonth: "Diesen Monat ausgegeben",
  periods: "Zeitraum",
  period: { "7": "7 Tage", "30": "30 Tage", "90": "90 Tage", "365": "Ein Jahr" },
  measures: "Zeigen",
  measure: { minutes: "Minuten", cost: "Kosten" },
  calls: "Anrufe",
  answered: "Angenommen",
  minutes: "Minuten",
  cost: "Kosten",
  perMinute: "Je Minute im Schnitt",
  byDay: "Nach Tagen",
  byCountry: "Nach Ländern",
  country: "Land",
  share: "Anteil an den Kosten",
  day: "Tag",
  dayCaption: "Anrufe nach Tagen, der neueste zuerst; Tage ohne Anrufe fehlen",
  countryCaption: "Anrufe nach Ländern, das teuerste zuerst",
  asTable: "Als Tabelle",
  chart: (what, from, to, most, day) =>
    `${what} nach Tagen vom ${from} bis ${to}. Am meisten waren es ${most} am ${day}. Dasselbe folgt als Tabelle.`,
  emptyTitle: "Keine Anrufe in diesen Tagen",
  empty: "Sobald Sie telefoniert haben, sehen Sie hier, wie lange, wohin und was es gekostet hat.",
  noChart: "Das Diagramm wurde nicht geladen. Die Tabelle darunter sagt dasselbe.",
};
