/** Money, times and lengths as people read them. */

const LOCALE = navigator.languages.find((language) => /^en\b/.test(language)) ?? "en";
const MICROS = 1_000_000;
const UNITS = { Y: "year", M: "month", D: "day" };

/** Exact to the micro: a price is never shown rounded. */
export function money({ amount_micros, currency }) {
  return currencyFormat(currency, { maximumFractionDigits: 6 }).format(amount_micros / MICROS);
}

/** Two decimals, rounded down: credit is never overstated. */
export function credit({ amount_micros, currency }) {
  return currencyFormat(currency, { maximumFractionDigits: 2, roundingMode: "floor" }).format(amount_micros / MICROS);
}

/** Round amounts, without decimals. */
export function whole({ amount_micros, currency }) {
  return currencyFormat(currency, { minimumFractionDigits: 0 }).format(amount_micros / MICROS);
}

/** Text such as `12.50` to micros, without passing through a fraction. */
export function toMicros(text) {
  const [whole, part = ""] = text.trim().replace(",", ".").split(".");
  return Number(whole) * MICROS + Number(part.padEnd(6, "0"));
}

/** Day and time; the year only where it is another one. */
export function moment(text) {
  const at = new Date(text);
  const year = at.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  const options = { year, month: "short", day: "numeric", hour: "numeric", minute: "2-digit" };
  return new Intl.DateTimeFormat(LOCALE, options).format(at);
}

export function day(text) {
  return new Intl.DateTimeFormat(LOCALE, { dateStyle: "long" }).format(new Date(text));
}

/** Seconds as `1 h 2 min 3 s`. */
export function length(seconds) {
  const parts = [[Math.floor(seconds / 3600), "h"], [Math.floor(seconds / 60) % 60, "min"], [seconds % 60, "s"]];
  return parts.filter(([value]) => value).map(([value, unit]) => `${value}\u00a0${unit}`).join(" ") || "0\u00a0s";
}

/** ISO 8601 such as P30D as `30 days`. */
export function duration(text) {
  return [...text.matchAll(/(\d+)([YMD])/g)].map(([, value, unit]) => counted(Number(value), UNITS[unit])).join(" ");
}

export function counted(value, noun) {
  return `${value} ${noun}${value === 1 ? "" : "s"}`;
}

/** `GB` by its name; a name stays as it is. */
export function country(text) {
  return /^[A-Z]{2}$/.test(text) ? new Intl.DisplayNames(LOCALE, { type: "region" }).of(text) : text;
}

/** An identifier such as `call_record` as words. */
export function words(text) {
  return text.replaceAll(/[_-]/g, " ");
}

export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function currencyFormat(currency, options) {
  return new Intl.NumberFormat(LOCALE, { style: "currency", currency, minimumFractionDigits: 2, ...options });
}
