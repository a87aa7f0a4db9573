/** Who is signed in, and what they can do with it. */

import { api, recognizeBy, refusals, type Schema, say, trust } from "../api/client";
import { Problem } from "../api/problem";
import { offers } from "./service";
import { computed, signal } from "./signals";

export type Me = Schema<"Me">;
export type Balance = Schema<"Balance">;

/** Undefined until it is known, null when nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);
/** What the header shows; undefined while it is not known. */
export const balance = signal<Balance | undefined>(undefined);
/** What was said to who comes to the sign-in page, such as that the session has ended. */
export const farewell = signal<"signedOut" | "sessionEnded" | undefined>(undefined);

export const isActive = computed(() => me.value?.status === "active");

/** Read who is signed in. Raises a Problem when that can't be known. */
export async function refreshMe(): Promise<Me | null> {
  try {
    adopt(await say(api.GET("/api/me")));
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.status === 401)) throw thrown;
    // Who was signed in has been forgotten by now, or has signed in meanwhile.
    if (!me.value) forget();
  }
  return me.value ?? null;
}

/** Read the balance into the header; nothing old stays on show when it can't be read. */
export async function refreshBalance(): Promise<Balance | undefined> {
  if (!isActive.value || !offers("credit")) return undefined;
  balance.value = await say(api.GET("/api/balance")).catch(() => undefined);
  return balance.value;
}

export async function signIn(email: string, password: string): Promise<void> {
  const login = await say(api.POST("/api/auth/login", { body: { email: email.trim(), password } }));
  adopt(login.me);
}

/** Go on as a fresh answer says; what was known before counts no more. For another person all begins anew. */
export function adopt(now: Me): void {
  if (me.value && me.value.user_id !== now.user_id) {
    forget();
    location.reload();
    return;
  }
  trust(now.csrf_token);
  farewell.value = undefined;
  me.value = now;
}

export function forget(): void {
  trust("");
  balance.value = undefined;
  me.value = null;
}

/** Nothing that one person was shown may be seen by the next: whatever outlives a page is put back here. */
export function whenLeaving(reset: () => void): void {
  me.subscribe((now) => {
    if (now === null) reset();
  });
}

recognizeBy(refreshMe);

refusals.addEventListener("sign-in", () => {
  if (!me.value) return;
  forget();
  farewell.value = "sessionEnded";
});

refusals.addEventListener("account-suspended", () => {
  if (me.value?.status === "active") me.value = { ...me.value, status: "suspended" };
});
