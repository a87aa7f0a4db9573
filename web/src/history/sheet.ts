/** The spreadsheet of the calls that fit: at once, or as a file that the service makes meanwhile. */

import { api, type Schema, say } from "../api/client";
import { Problem } from "../api/problem";
import { save } from "../frame/saving";
import { whenLeaving } from "../frame/session";
import { signal } from "../frame/signals";
import type { Filters } from "./past";

/** The file that is being made, or was; undefined without one. */
export const file = signal<Schema<"CallExport"> | undefined>(undefined);

const LOOK_MILLISECONDS = 5_000;
const NOT_FOUND = 404;

/** Save what fits. Raises a Problem. */
export async function download(wanted: Filters): Promise<void> {
  file.value = undefined;
  const { data, response } = await api.GET("/api/calls.csv", {
    params: { query: wanted },
    parseAs: "stream",
  });
  if (response.status === 202) {
    file.value = data as unknown as Schema<"CallExport">;
    await watch();
    return;
  }
  save(await response.blob(), "calls.csv");
}

/** Fetch the file by a fresh link, since each lives for minutes. Raises a Problem. */
export async function fetchFile(): Promise<void> {
  const link = (await look())?.link;
  if (link) location.assign(link);
}

async function watch(): Promise<void> {
  while (file.value && ["waiting", "running"].includes(file.value.state)) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    await look().catch(forgive);
  }
}

/** One that can't be seen now may be seen at the next look, unless it is gone. */
function forgive(thrown: unknown): void {
  if (!(thrown instanceof Problem)) throw thrown;
  if (thrown.status === NOT_FOUND) file.value = undefined;
}

async function look() {
  const id = file.value?.id;
  if (!id) return undefined;
  const told = await say(api.GET("/api/calls/exports/{id}", { params: { path: { id } } }));
  if (file.value?.id === id) file.value = told;
  return told;
}

whenLeaving(() => {
  file.value = undefined;
});
