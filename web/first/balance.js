/** The credit in the page's header. */

import { get } from "./api.js";
import { credit } from "./formats.js";
import { offers, session } from "./session.js";

const chip = document.getElementById("balance");

/** Read the balance and show it; undefined when it can't be read, and then nothing old stays on show. */
export async function refreshBalance() {
  let balance;
  if (session.me?.status === "active" && offers("credit")) balance = await get("/api/balance").catch(() => undefined);
  chip.hidden = !balance;
  if (!balance) return undefined;
  chip.textContent = credit(balance.available);
  chip.ariaLabel = `Credit ${chip.textContent}`;
  return balance;
}
