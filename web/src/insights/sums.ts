/** Sums of calls as they are shown: periods in UTC days, minutes, averages. Pure but for today. */

import type { Schema } from "../api/client";

export type Sum = Schema<"CallSum">;
export type SumOf = Schema<"CallSumOf">;
export const MEASURES = ["minutes", "cost"] as const;
export type Measure = (typeof MEASURES)[number];

const DAY_MILLISECONDS = 86_400_000;

/** The last so many UTC days, today included, as the API asks for them. */
export function period(days: number, now = Date.now()): { from: string; to: string } {
  return { from: iso(now - (days - 1) * DAY_MILLISECONDS), to: iso(now) };
}

/** With one decimal where it is less than ten, so that a short call is not nothing. */
export function minutes({ duration_seconds }: Sum): number {
  const exact = duration_seconds / 60;
  return exact < 10 ? Math.round(exact * 10) / 10 : Math.round(exact);
}

/** What an answered minute cost; undefined where there was none. */
export function averageMicros(sum: Sum): number | undefined {
  return sum.duration_seconds ? Math.round((sum.cost.amount_micros * 60) / sum.duration_seconds) : undefined;
}

/** One value for every day of the period, so that days without calls are seen. */
export function series(
  { from, to, items }: { from: string; to: string; items: SumOf[] },
  worthOf: (sum: SumOf) => number,
): { at: number[]; values: number[] } {
  const known = new Map(items.map((sum) => [sum.key, worthOf(sum)]));
  const [at, values]: [number[], number[]] = [[], []];
  for (let day = Date.parse(from); day <= Date.parse(to); day += DAY_MILLISECONDS) {
    at.push(day / 1000);
    values.push(known.get(iso(day)) ?? 0);
  }
  return { at, values };
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString().slice(0, 10);
