/** Whether the cookie choices are open. */

import { signal } from "@preact/signals";

export const isAsking = signal(false);
