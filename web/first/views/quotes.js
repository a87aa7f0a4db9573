/** What a call to a number would cost, told while the number is typed. */

import { get } from "../api.js";
import { make } from "../elements.js";
import { country, length, money } from "../formats.js";

const PAUSE_MILLISECONDS = 350;
const SHORTEST = 3;
const SHORTEST_INTERNATIONAL = 8;

/** Spoken or written: spaces, brackets, dots and dashes fall away, and a leading 00 is a plus. */
export function plain(text) {
  return text.replaceAll(/[\s().\-/\u00a0\u2010-\u2015]/g, "").replace(/^00/, "+");
}

/** `ask(text)` shows the quote for what is typed; the last question wins. */
export function buildQuotes(place) {
  let asking = new AbortController();
  let timer;

  function ask(text) {
    asking.abort();
    clearTimeout(timer);
    const to = plain(text);
    if (!isEnough(to)) return place.replaceChildren();
    asking = new AbortController();
    const { signal } = asking;
    timer = setTimeout(() => answer(to, signal), PAUSE_MILLISECONDS);
  }

  async function answer(to, signal) {
    try {
      const quote = await get(`/api/quote?to=${encodeURIComponent(to)}`, { signal });
      if (!signal.aborted) place.replaceChildren(...tell(quote));
    } catch (problem) {
      if (!signal.aborted) place.replaceChildren(note(problem.message));
    }
  }
  return ask;
}

/** Worth asking about. An emergency number is short and has no plus, and is told about at once. */
function isEnough(to) {
  const enough = to.startsWith("+") ? SHORTEST_INTERNATIONAL : SHORTEST;
  return to.length >= enough;
}

function tell(quote) {
  const { currency } = quote;
  const price = (amount_micros) => money({ amount_micros, currency });
  const fee = quote.connect_fee_micros ? ` + ${price(quote.connect_fee_micros)} to connect` : "";
  return [
    make("p", { class: "price" },
      make("strong", {}, /^[A-Z]{2}$/.test(quote.country) ? country(quote.country) : quote.description),
      make("span", {}, `${price(quote.price_micros)} a minute${fee}`)),
    make("p", { class: "muted" }, reach(quote.affordable_seconds), " ", steps(quote)),
  ];
}

/** One call has a longest length, whatever the credit: so what is told is how long this call can last. */
function reach(seconds) {
  if (!seconds) return make("span", {}, "Your credit is too small for this call. ",
    make("a", { href: "/#credit", "data-link": "" }, "Top up"));
  return `With your credit this call can last ${length(seconds)}; then it ends by itself.`;
}

function steps({ increment_first_seconds: first, increment_next_seconds: next }) {
  if (first === next) return first === 1 ? "Billed by the second." : `Billed in steps of ${length(first)}.`;
  return `Billed ${length(first)} first, then in steps of ${length(next)}.`;
}

const note = (text) => make("p", { class: "hint" }, text);
