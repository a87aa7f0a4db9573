/** Short news at the edge of the screen, read aloud by screen readers. */

import { IconButton } from "../design/Button";
import { Icon } from "../design/icons";
import { news } from "./ongoing";
import { signal } from "./signals";
import { frameWords } from "./words";

type Toast = { id: number; text: string; kind: "good" | "bad" };

const STAYS_MILLISECONDS = 6_000;

const toasts = signal<Toast[]>([]);
let count = 0;

/** Tell something that needs no answer; it leaves by itself. */
export function tell(text: string, kind: Toast["kind"] = "good"): void {
  const id = ++count;
  toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, text, kind }];
  news.value = ToastList;
  setTimeout(() => dismiss(id), STAYS_MILLISECONDS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}

function ToastList() {
  return (
    <>
      {toasts.value.map((toast) => (
        <div key={toast.id} class="toast">
          <Icon name={toast.kind === "good" ? "check" : "alert"} size={20} />
          <span>{toast.text}</span>
          <IconButton icon="close" label={frameWords().close} onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </>
  );
}
