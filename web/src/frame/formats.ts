/** Money, times, lengths and numbers as people read them, in the language of the page. */

import { language } from "./language";
import { guide, learnNumbering } from "./numbering";

const MICROS = 1_000_000;
const DAYS = { Y: "year", M: "month", W: "week", D: "day" } as const;
const HOURS = { H: "hour", M: "minute" } as const;

export type Amount = { amount_micros: number; currency: string };

/** Exact to the micro: a price is never shown rounded. */
export function money(amount: Amount): string {
  return currency(amount, { maximumFractionDigits: 6 });
}

/** Two decimals, rounded down: credit is never overstated. */
export function credit(amount: Amount): string {
  return currency(amount, { maximumFractionDigits: 2, roundingMode: "floor" } as Intl.NumberFormatOptions);
}

/** Without decimals where there are none to show. */
export function whole(amount: Amount): string {
  return currency(amount, {
    maximumFractionDigits: 2,
    trailingZeroDisplay: "stripIfInteger",
  } as Intl.NumberFormatOptions);
}

/** A round value of an axis, not an amount: 0.5 as `$0.50`. */
export function currencyAxis(value: number, code: string): string {
  return currency({ amount_micros: value * MICROS, currency: code }, { maximumFractionDigits: 4 });
}

/** Text such as `12.50` or `12,50` to micros, without passing through a fraction; null for anything else. */
export function toMicros(text: string): number | null {
  const read = /^(\d{1,9})(?:[.,](\d{1,6}))?$/.exec(text.trim());
  return read ? Number(read[1]) * MICROS + Number((read[2] ?? "").padEnd(6, "0")) : null;
}

/** Day and time; the year only where it is another one. */
export function moment(text: string): string {
  const at = new Date(text);
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return date(at, { year, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" });
}

/** A day with its month's name and its year. */
export function day(text: string): string {
  return date(new Date(text), { dateStyle: "long" });
}

/** A UTC day such as `2026-11-22`, wherever its reader is. */
export function utcDay(text: string): string {
  return date(new Date(text), { dateStyle: "medium", timeZone: "UTC" });
}

/** A UTC day by its beginning in epoch seconds, for an axis. */
export function shortUtcDay(seconds: number): string {
  return date(new Date(seconds * 1000), { month: "short", day: "numeric", timeZone: "UTC" });
}

/** The time of day. */
export function time(text: string): string {
  return date(new Date(text), { hour: "numeric", minute: "2-digit" });
}

/** Seconds as `1 h 2 min 3 s`, with spaces that do not break. */
export function length(seconds: number): string {
  const parts: [number, string][] = [
    [Math.floor(seconds / 3600), "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [Math.floor(seconds) % 60, "s"],
  ];
  const told = parts.filter(([value]) => value).map(([value, unit]) => `${value}\u00a0${unit}`);
  return told.join(" ") || "0\u00a0s";
}

/** Seconds as a clock that runs: `2:05`, `1:02:05`. */
export function stopwatch(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** ISO 8601 such as `P30D`, `P7Y` or `PT10M` as `30 days`, `7 years`, `10 minutes`; `P10BD` as days. */
export function duration(text: string): string {
  const [days = "", hours = ""] = text.split("T");
  const told = [
    ...[...days.matchAll(/(\d+)B?([YMWD])/g)].map(
      ([, value, unit]) => [value, DAYS[unit as keyof typeof DAYS]] as const,
    ),
    ...[...hours.matchAll(/(\d+)([HM])/g)].map(
      ([, value, unit]) => [value, HOURS[unit as keyof typeof HOURS]] as const,
    ),
  ];
  return told.map(([value, unit]) => counted(Number(value), unit)).join(" ");
}

/** `3 days`. */
export function counted(value: number, unit: "year" | "month" | "week" | "day" | "hour" | "minute"): string {
  return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long" }).format(value);
}

export function number(value: number): string {
  return new Intl.NumberFormat(language.value).format(value);
}

/** `GB` by its name; anything else stays as it is. */
export function country(text: string): string {
  if (!/^[A-Z]{2}$/.test(text)) return text;
  return new Intl.DisplayNames(language.value, { type: "region" }).of(text) ?? text;
}

/** `+442079460958` in its country's groups, that stay on one line; as it is while these are not known. */
export function phoneNumber(text: string): string {
  if (!/^\+\d{7,15}$/.test(text)) return text;
  void learnNumbering();
  return (guide.value?.spaced(text) ?? text).replaceAll(" ", "\u00a0");
}

/** An identifier such as `call_record` as words. */
export function words(text: string): string {
  return text.replaceAll(/[_-]/g, " ");
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function date(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language.value, options).format(at);
}

function currency({ amount_micros, currency }: Amount, options: Intl.NumberFormatOptions): string {
  const usual = { style: "currency", currency, minimumFractionDigits: 2 } as const;
  return new Intl.NumberFormat(language.value, { ...usual, ...options }).format(amount_micros / MICROS);
}
