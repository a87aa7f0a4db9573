/** The way to the cookie choices; what they need is loaded when the page is idle, or when they are opened. */

import type { ComponentType } from "preact";
import { miss } from "../frame/connection";
import { offers } from "../frame/service";
import { signal } from "../frame/signals";

/** What shows banner and dialog, once it is there. */
export const panel = signal<ComponentType | undefined>(undefined);

/** Show the banner if something waits for an answer. */
export async function lookForQuestions(): Promise<void> {
  if (offers("consents")) await import("./asking").then((asking) => asking.lookForQuestions()).catch(miss);
}

/** Open every choice, from wherever one is. */
export async function choose(): Promise<void> {
  await import("./asking").then((asking) => asking.choose()).catch(miss);
}
