/** One call through a laptop's stand-in carrier, and its end in words. */

import { get, post, Problem } from "../api.js";
import { make } from "../elements.js";
import { length, money } from "../formats.js";

const TOO_LITTLE = "Your credit is too small for this call. Please top up first.";
const ENDINGS = {
  busy: "The line was busy.",
  "no-answer": "Nobody answered.",
  failed: "The call did not get through.",
  canceled: "The call was ended before anybody answered.",
};

/** Place a call and wait for its end; what is not connected is refused before. Answers {outcome, duration_seconds, spoken, record?}. */
export async function place(to, talkSeconds) {
  const quote = await get(`/api/quote?to=${encodeURIComponent(to)}`);
  if (!quote.affordable_seconds) throw new Problem({ type: "too-little", detail: TOO_LITTLE });
  const { token, call_id: id } = await post("/api/calls/token");
  const ended = await post("/dev/carrier/calls", { token, to, talk_seconds: talkSeconds, faults: [] });
  const record = await get(`/api/calls/${encodeURIComponent(id)}`).catch(() => undefined);
  return { ...ended, spoken: spoken(ended.twiml), record };
}

/** Paragraphs for the end of a call. */
export function tell({ outcome, duration_seconds: seconds, spoken: words, record }) {
  const kind = String(outcome).replaceAll("_", "-");
  if (seconds) return [make("p", {}, `The call lasted ${length(seconds)}. ${worth(record)}`)];
  if (words) return [make("p", {}, `You heard: “${words}”`), make("p", { class: "muted" }, "It cost nothing.")];
  return [make("p", {}, `${ENDINGS[kind] ?? "The call has ended."} ${worth(record)}`)];
}

function worth(record) {
  if (!record || record.state === "live") return "Its cost will be listed in your calls once the carrier has told us.";
  return record.cost.amount_micros ? `It cost ${money(record.cost)}.` : "It cost nothing.";
}

/** A refusal is spoken by the carrier: <Say> in its instructions. */
function spoken(twiml) {
  const parsed = new DOMParser().parseFromString(twiml ?? "", "text/xml");
  return parsed.querySelector("Dial") ? "" : (parsed.querySelector("Say")?.textContent.trim() ?? "");
}
