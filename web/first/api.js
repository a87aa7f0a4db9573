/** The one way to the API: JSON in and out; every refusal is thrown as a Problem. */

const UNREACHABLE = "We can't reach the service right now. Please check your connection and try again.";
const UNEXPECTED = "Something went wrong on our side. Please try again in a moment.";

let csrfToken = "";

/** `sign-in` and `account-suspended` are told here too, whoever asked. */
export const news = new EventTarget();

/** A refusal as RFC 9457 tells it; `message` may be shown, `errors` are [{field, message}]. */
export class Problem extends Error {
  constructor({ status = 0, type = "unreachable", detail = UNREACHABLE, errors = [] } = {}) {
    super(detail);
    this.status = status;
    this.type = type;
    this.errors = errors;
  }
}

/** What the login answer or /api/me gave; sent with everything that changes something. */
export function trust(token) {
  csrfToken = token;
}

export const get = (path, { signal } = {}) => send("GET", path, { signal });

/** `key` makes a repeated request act once. */
export const post = (path, body, { key } = {}) => send("POST", path, { body, key });

export const patch = (path, body) => send("PATCH", path, { body });

/** For answers without words: their status says it. */
export const statusOf = (path, body) => send("POST", path, { body, wordless: true });

export const remove = (path) => send("DELETE", path, {});

async function send(method, path, { body, key, signal, wordless }) {
  const headers = { Accept: "application/json" };
  if (method !== "GET" && csrfToken) headers["X-CSRF-Token"] = csrfToken;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(path, { method, headers, signal, body: body && JSON.stringify(body) });
  } catch (error) {
    throw error.name === "AbortError" ? error : new Problem();
  }
  const value = await read(response);
  if (response.ok) return wordless ? response.status : value;
  const problem = new Problem({ detail: UNEXPECTED, type: "unexpected", ...value, status: response.status });
  news.dispatchEvent(new CustomEvent(problem.type));
  throw problem;
}

async function read(response) {
  const text = await response.text();
  if (!text) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem({ status: response.status, type: "unexpected", detail: UNEXPECTED });
  }
}
