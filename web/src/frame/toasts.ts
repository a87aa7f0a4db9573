/** Short news at the edge of the screen, read aloud by screen readers. */

import { signal } from "@preact/signals";

export type Toast = { id: number; text: string; kind: "good" | "bad" };

const STAYS_MILLISECONDS = 6_000;

export const toasts = signal<Toast[]>([]);
let count = 0;

/** Tell something that needs no answer; it leaves by itself. */
export function tell(text: string, kind: Toast["kind"] = "good"): void {
  const id = ++count;
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, text, kind }];
  setTimeout(() => dismiss(id), STAYS_MILLISECONDS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
