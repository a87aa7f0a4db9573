/** A person's requests as every part of the privacy centre reads and makes them. */

import { api, type Schema, say } from "../api/client";
import { freshly } from "../frame/fresh";
import { refreshMe } from "../frame/session";

export type Request = Schema<"PrivacyRequest">;
export type Right = Request["type"];

export const EXPORTS: Right[] = ["access", "know", "portability"];
const ENDS = ["fulfilled", "partially_fulfilled", "denied", "expired", "cancelled"];
const NEWEST = 50;

export const isOpen = ({ state }: Request) => !ENDS.includes(state);

/** Which rights this service's policy gives. */
export async function rights(signal: AbortSignal): Promise<Right[]> {
  const { rights } = await say(api.GET("/api/privacy/policy", { signal }));
  return rights.map(({ type }) => type);
}

/** The newest request that fits, among the newest. */
export async function newest(fits: (one: Request) => boolean, signal: AbortSignal): Promise<Request | null> {
  const query = { limit: NEWEST };
  const { items } = await say(api.GET("/api/privacy/requests", { params: { query }, signal }));
  return items.find(fits) ?? null;
}

/** Exercise a right, after a fresh sign-in where that is asked for; undefined: not now. */
export async function ask(
  type: Right,
  more: Partial<Schema<"NewPrivacyRequest">> = {},
): Promise<Request | undefined> {
  return freshly(() => say(api.POST("/api/privacy/requests", { body: { type, ...more } })));
}

/** Take a request back; after a deletion's the account works again. */
export async function cancel(id: string): Promise<Request> {
  const params = { path: { id } };
  const request = await say(api.POST("/api/privacy/requests/{id}/cancel", { params }));
  if (request.type === "deletion") await refreshMe();
  return request;
}
