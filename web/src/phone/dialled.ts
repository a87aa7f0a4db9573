/** The number in the field, wherever it comes from. It stands in no address and in no storage. */

import { guide, learnNumbering } from "../frame/numbering";
import { go, path } from "../frame/router";
import { whenLeaving } from "../frame/session";
import { signal } from "../frame/signals";
import { clear, isLive } from "./call";

/** As it is shown, in groups. */
export const dialled = signal("");

/** Digits, with a plus before a country code: however it was written, spoken or pasted. */
export function plain(text: string): string {
  const signs = text.normalize("NFKC").replace(/^\s*tel:/i, "");
  const digits = signs.replaceAll(/[^\d+*#]/g, "").replaceAll(/(?!^)\+/g, "");
  return digits.replace(/^00/, "+").slice(0, 20);
}

/** Put a number into the field. */
export function write(text: string): void {
  const told = plain(text);
  dialled.value = told.startsWith("+") ? (guide.value?.spaced(told) ?? told) : told;
  if (told) void learnNumbering();
}

/**
 * Show a number on the keypad, ready to be called; an empty one, ready to be written. A call that has ended
 * is put aside; one that goes on keeps its place.
 */
export function dial(to: string): void {
  if (isLive.value) return;
  clear();
  write(to);
  if (path.value !== "/") go("/");
  // Once the keypad is there. The field would open a phone's own keyboard over it.
  else requestAnimationFrame(() => document.getElementById(to ? "call" : "number")?.focus());
}

whenLeaving(() => {
  dialled.value = "";
});

/** What was typed before the groups were known is put in groups, too. */
guide.subscribe((known) => {
  if (known) write(dialled.value);
});
