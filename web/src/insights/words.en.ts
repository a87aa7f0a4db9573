/** English: what sums of calls say. */

export const words = {
  title: "Insights",
  lead: "What your calls come to. Days begin at midnight UTC.",
  spentToday: "Spent today",
  spentMonth: "Spent this month",
  periods: "Period",
  period: { "7": "7 days", "30": "30 days", "90": "90 days", "365": "A year" },
  measures: "Show",
  measure: { minutes: "Minutes", cost: "Spend" },
  calls: "Calls",
  answered: "Answered",
  minutes: "Minutes",
  cost: "Spend",
  perMinute: "A minute on average",
  byDay: "By day",
  byCountry: "By country",
  country: "Country",
  share: "Share of the spend",
  day: "Day",
  dayCaption: "Calls by day, newest first; days without calls are left out",
  countryCaption: "Calls by country, the most expensive first",
  asTable: "As a table",
  chart: (what: string, from: string, to: string, most: string, day: string) =>
    `${what} by day from ${from} to ${to}. The most was ${most} on ${day}. The same follows as a table.`,
  emptyTitle: "No calls in these days",
  empty: "Once you have called, you see here how long, where to, and what it cost.",
  noChart: "The chart did not load. The table below says the same.",
};

export type InsightWords = typeof words;
