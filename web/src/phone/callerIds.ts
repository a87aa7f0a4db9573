/** Which of one's own numbers a call shows. */

import { api, type Schema, say } from "../api/client";
import { learnNumbering } from "../frame/numbering";
import { offers } from "../frame/service";
import { whenLeaving } from "../frame/session";
import { signal } from "../frame/signals";

type CallerId = Schema<"CallerId">;

/** Those that are verified; undefined until they are known. */
export const callerIds = signal<CallerId[] | undefined>(undefined);
/** The one to show; undefined for the service's own number. */
export const callerId = signal<CallerId | undefined>(undefined);

export async function refreshCallerIds(): Promise<void> {
  if (!offers("caller_ids")) return;
  const [told] = await Promise.all([say(api.GET("/api/caller-ids")), learnNumbering()]);
  callerIds.value = told.items.filter((one) => one.state === "verified");
  callerId.value = callerIds.value.find((one) => one.id === callerId.value?.id);
}

whenLeaving(() => {
  callerIds.value = undefined;
  callerId.value = undefined;
});
