/** The one way to the API. Every refusal is thrown as a Problem; the types come from the API document. */

import type { Client } from "openapi-fetch";
import { isOnline, miss } from "../frame/connection";
import { language } from "../frame/language";
import { frameWords } from "../frame/words";
import { type FieldError, Problem } from "./problem";
import type { components, paths } from "./schema";

/** A shape of the API document, such as `Schema<"Balance">`. */
export type Schema<Name extends keyof components["schemas"]> = components["schemas"][Name];

/** Told to whoever listens, whoever asked: `sign-in` and `account-suspended` change what the page may show. */
export const refusals = new EventTarget();

let csrfToken = "";
let sessions = 0;
let departures = 0;
let recognize: () => Promise<unknown>;

/** What signing in or GET /api/me gave; sent with everything that changes something. None: they have left. */
export function trust(token: string): void {
  if (csrfToken && !token) departures++;
  csrfToken = token;
  sessions++;
}

/** How it is found out anew who is signed in. */
export function recognizeBy(how: typeof recognize): void {
  recognize = how;
}

type Wish = {
  params?: {
    path?: Record<string, unknown>;
    query?: Record<string, unknown>;
    header?: Record<string, string>;
  };
  body?: unknown;
  signal?: AbortSignal;
};

/** openapi-fetch's own types over a smaller way to ask: `api.GET("/api/calls", { params: { query: { limit: 5 } } })`. */
export const api = Object.fromEntries(
  ["GET", "POST", "PUT", "PATCH", "DELETE"].map((method) => [
    method,
    (path: string, wish?: Wish) => ask(method, path, wish),
  ]),
) as unknown as Pick<Client<paths, "application/json">, "GET" | "POST" | "PUT" | "PATCH" | "DELETE">;

async function ask(method: string, path: string, wish: Wish = {}, isAgain = false) {
  const { params = {}, body, signal } = wish;
  const [asked, left] = [sessions, departures];
  const headers: Record<string, string> = { Accept: "application/json", ...params.header };
  if (csrfToken && method !== "GET") headers["X-CSRF-Token"] = csrfToken;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const sent = body === undefined ? null : JSON.stringify(body);
  const response = await fetch(address(path, params), {
    method,
    headers,
    body: sent,
    signal: signal ?? null,
  }).catch(unreachable);
  isOnline.value = true;
  if (left !== departures) return new Promise<never>(() => undefined); // what one asked for, the next is not told
  if (!response.ok) {
    const problem = await refusal(response);
    // What was asked under the session of before says nothing of the one of now.
    if (asked === sessions) refusals.dispatchEvent(new CustomEvent(problem.type));
    if (problem.type === "csrf" && !isAgain) {
      // They may have signed in anew elsewhere in this browser; then nothing was done yet.
      await recognize();
      if (left === departures) return ask(method, path, wish, true);
    }
    throw problem;
  }
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return { data: isJson ? await response.text().then(whole).catch(unreachable) : undefined, response };
}

/** What says nothing is called JSON by the gateway, too; half a text is none. */
const whole = (text: string) => (text ? JSON.parse(text) : undefined);

function address(path: string, { path: parts = {}, query = {} }: NonNullable<Wish["params"]>): string {
  const told = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const asked = new URLSearchParams(told.map(([name, value]) => [name, String(value)])).toString();
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(parts[name])));
  return asked ? `${filled}?${asked}` : filled;
}

async function unreachable(error: unknown): Promise<never> {
  if (error instanceof DOMException && error.name === "AbortError") throw error;
  miss();
  await frameWords.load(language.value);
  throw new Problem({ status: 0, type: "unreachable", detail: frameWords().unreachable });
}

/** What an answer says: `const balance = await say(api.GET("/api/balance"))`. */
export async function say<Told>(asking: Promise<{ data?: Told }>): Promise<NonNullable<Told>> {
  const { data } = await asking;
  return data as NonNullable<Told>;
}

/** Sent with a POST that makes or charges something, so that a repeated one acts once. */
export function once(key: string = crypto.randomUUID()) {
  return { header: { "Idempotency-Key": key } };
}

async function refusal(response: Response): Promise<Problem> {
  const told: Told = await response.json().catch(() => ({}));
  return new Problem({
    status: response.status,
    type: told.type ?? "unexpected",
    ...(await spoken(told)),
  });
}

type Told = { type?: string; detail?: string; errors?: FieldError[] };

/** In the page's language; what the policy words itself stays as it is. */
async function spoken({ type = "unexpected", detail, errors = [] }: Told) {
  if (!detail) {
    await frameWords.load(language.value); // the first request of all may be answered before they are there
    return { detail: frameWords().unexpected };
  }
  // Who has not signed in is shown the page for it, and no sentence.
  const isShown = type !== "sign-in" || csrfToken;
  const german = isShown && language.value === "de" && (await import("./problems.de").catch(() => undefined));
  if (!german) return { detail, errors };
  const said = german.problem(type, detail);
  return {
    detail: said ?? detail,
    lang: said ? undefined : ("en" as const),
    errors: errors.map((one) => ({ ...one, message: german.field(one.message) })),
  };
}
