/** Whether the service can be reached, as far as the browser and the last answer say. */

import { signal } from "./signals";

export const isOnline = signal(navigator.onLine);

/** Something of the service did not come. */
export function miss(): void {
  isOnline.value = false;
}

/** Follow what the browser says of the network, and look again while the service is out of reach. */
export function watchConnection(): void {
  addEventListener("online", look);
  addEventListener("offline", miss);
  setInterval(() => {
    if (!isOnline.value && document.visibilityState === "visible") void look();
  }, 5_000);
}

async function look(): Promise<void> {
  try {
    isOnline.value = (await fetch("/api/health/live", { cache: "no-store" })).ok;
  } catch {
    miss();
  }
}
