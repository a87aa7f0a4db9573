/** What the service asks to be allowed: read when the page is idle, and shown when there is something to answer. */

import { api, type Schema, say } from "../api/client";
import { language } from "../frame/language";
import { whenLeaving } from "../frame/session";
import { signal } from "../frame/signals";
import { panel } from "./panel";
import { consentWords } from "./words";

export type Consents = Schema<"ConsentList">;

/** As the service last told it; undefined before. */
export const consents = signal<Consents | undefined>(undefined);
/** The dialog with every choice, open or not. */
export const isChoosing = signal(false);
/** The banner was put aside, until the page is opened anew. */
export const isPutAside = signal(false);

/** Ask quietly whether anything waits for an answer. */
export async function lookForQuestions(): Promise<void> {
  const told = await refreshConsents().catch(() => undefined);
  if (told?.ask) await bring();
}

export async function refreshConsents(): Promise<Consents> {
  consents.value = await say(api.GET("/api/privacy/consents"));
  return consents.value;
}

/** Open every choice, from wherever one is. */
export async function choose(): Promise<void> {
  isChoosing.value = true;
  await bring();
}

async function bring(): Promise<void> {
  const [{ ConsentPanel }] = await Promise.all([import("./ConsentPanel"), consentWords.load(language.value)]);
  panel.value = ConsentPanel;
}

whenLeaving(() => {
  consents.value = undefined;
  isChoosing.value = false;
  isPutAside.value = false;
});
