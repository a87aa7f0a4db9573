/** Short news at the edge of the screen, read aloud by screen readers. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

export type Toast = { id: number; text: string; kind: "good" | "bad" };

const STAYS_MILLISECONDS = 6_000;

export const toasts = signal<Toast[]>([]);
/** What shows them, once there is one. */
export const toastList = signal<ComponentType | undefined>(undefined);
let count = 0;

/** Tell something that needs no answer; it leaves by itself. */
export function tell(text: string, kind: Toast["kind"] = "good"): void {
  const id = ++count;
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, text, kind }];
  void bringList();
  setTimeout(() => dismiss(id), STAYS_MILLISECONDS);
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

async function bringList(): Promise<void> {
  toastList.value ??= (await import("./ToastList")).ToastList;
}
