/** Past calls as they were read so far, and the filters they fit. They outlive a look at one of them. */

import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { readdress } from "../frame/router";
import { me } from "../frame/session";
import { signal } from "../frame/signals";

export type PastCall = Schema<"Call">;
export type Filters = {
  from?: string;
  to?: string;
  number?: string;
  country?: string;
  outcome?: "busy" | "canceled" | "completed" | "failed" | "no_answer";
};

export const filters = signal<Filters>({});
/** Undefined until the first part is there. */
export const calls = signal<PastCall[] | undefined>(undefined);
/** Whether there may be more than these. */
export const hasMore = signal(false);
export const isLoading = signal(false);
export const alarm = signal("");
/** Where one has called within a year, to choose from. */
export const countries = signal<string[]>([]);

const IN_ADDRESS = ["from", "to", "country", "outcome"] as const;
const PART = 20;
const YEAR_MILLISECONDS = 365 * 86_400_000;
let cursor: string | null = null;
let loads = 0;

/** The filters that an address tells of; without any, those of before. A number stands in no address. */
export function begin(query: URLSearchParams): void {
  const told = IN_ADDRESS.flatMap((name) => (query.get(name) ? [[name, query.get(name)]] : []));
  const { number } = filters.value;
  if (told.length) filters.value = { ...(number && { number }), ...Object.fromEntries(told) };
}

/** Read the first part anew, of what fits these. */
export async function search(wanted: Filters): Promise<void> {
  filters.value = wanted;
  const query = new URLSearchParams(
    IN_ADDRESS.flatMap((name) => (wanted[name] ? [[name, wanted[name]]] : [])),
  );
  readdress(["/history", query].filter(String).join("?"));
  cursor = null;
  await load([]);
}

/** Read the next part. */
export async function more(): Promise<void> {
  if (!isLoading.value) await load(calls.value ?? []);
}

/** Try again what has failed: the first part of what was searched for, or the next one. */
export async function again(): Promise<void> {
  await (cursor === null ? search(filters.value) : more());
}

async function load(before: PastCall[]): Promise<void> {
  const mine = ++loads;
  isLoading.value = true;
  alarm.value = "";
  try {
    const query = { ...filters.value, limit: PART, cursor };
    const page = await say(api.GET("/api/calls", { params: { query } }));
    if (mine !== loads) return;
    cursor = page.next_cursor;
    calls.value = [...before, ...page.items];
    hasMore.value = Boolean(cursor);
  } catch (thrown) {
    if (mine === loads) alarm.value = asProblem(thrown).message;
  } finally {
    if (mine === loads) isLoading.value = false;
  }
}

/** The choice of countries is a help: without it, all are shown. */
export async function learnCountries(): Promise<void> {
  const [from, to] = [Date.now() - YEAR_MILLISECONDS, Date.now()].map((at) =>
    new Date(at).toISOString().slice(0, 10),
  );
  const query = { from: from ?? "", to: to ?? "", by: "country" as const };
  const told = await say(api.GET("/api/calls/summary", { params: { query } })).catch(asProblem);
  if ("items" in told) countries.value = told.items.map((one) => one.key);
}

me.subscribe((now) => {
  if (now) return;
  loads++;
  calls.value = undefined;
  filters.value = {};
  countries.value = [];
});
