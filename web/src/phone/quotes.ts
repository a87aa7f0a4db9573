/** What a call to the number in the field would cost, asked while it is typed. */

import { api, type Schema, say } from "../api/client";
import { asProblem, type Problem } from "../api/problem";
import { guide } from "../frame/numbering";
import { signal } from "../frame/signals";
import { plain } from "./dialled";

export type Quote = Schema<"CallQuote">;
export type Told = { to: string; quote?: Quote; problem?: Problem };

/** The answer for the number in the field; undefined while there is none. */
export const told = signal<Told | undefined>(undefined);
/** Whether one is on its way. */
export const isAsking = signal(false);

const PAUSE_MILLISECONDS = 300;
const SHORTEST = 3;
const SHORTEST_INTERNATIONAL = 9;
let timer = 0;
let asking: AbortController | undefined;

/** Ask for a number a moment later, unless it changes again; one that is not whole is not asked for. */
export function askSoon(text: string, from: string | undefined): void {
  const to = plain(text);
  forget();
  if (!isWhole(to)) return;
  isAsking.value = true;
  timer = setTimeout(() => void ask(to, from), PAUSE_MILLISECONDS);
}

/** Ask now, and show what is answered. Undefined where another question came in between. */
export async function ask(text: string, from: string | undefined): Promise<Told | undefined> {
  const to = plain(text);
  forget();
  isAsking.value = true;
  const mine = new AbortController();
  asking = mine;
  const answer = await find(to, from, mine.signal);
  if (asking !== mine) return undefined;
  isAsking.value = false;
  told.value = answer;
  return answer;
}

function forget(): void {
  clearTimeout(timer);
  asking?.abort();
  asking = undefined;
  isAsking.value = false;
  told.value = undefined;
}

async function find(to: string, from: string | undefined, signal: AbortSignal): Promise<Told | undefined> {
  try {
    const query = from ? { to, from } : { to };
    return { to, quote: await say(api.GET("/api/quote", { params: { query }, signal })) };
  } catch (thrown) {
    if (signal.aborted) return undefined;
    return { to, problem: asProblem(thrown) };
  }
}

/** Emergency and short numbers have no plus, and are told about at once. */
function isWhole(to: string): boolean {
  if (!to.startsWith("+")) return to.length >= SHORTEST;
  return guide.value ? guide.value.isWhole(to) : to.length >= SHORTEST_INTERNATIONAL;
}
