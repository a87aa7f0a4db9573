/** Back from the payment page: wait until the order is credited. */

import { get } from "../api.js";
import { refreshBalance } from "../balance.js";
import { copy } from "../elements.js";
import { credit } from "../formats.js";

const PAUSES_MILLISECONDS = [300, 500, 1000, 1000, 2000, 2000, 3000, 5000, 5000, 10_000, 10_000, 10_000];
const PAID = "paid";
const ENDS = {
  failed: ["The payment did not go through", "Nothing was added to your credit, and nothing was taken from you."],
  expired: ["The payment page has expired", "Nothing was charged. You can start again whenever you like."],
  suspense: ["We are looking into this payment", "It does not match your order, so a person checks it. Your money is not lost."],
};

export function build() {
  const view = copy("topup");
  const heading = view.querySelector("h1");
  const status = view.querySelector("[data-status]");
  const order = new URLSearchParams(location.search).get("order");
  if (location.pathname !== "/topup/done" || !order) {
    heading.textContent = "Top-up cancelled";
    status.textContent = "Nothing was charged, and your credit is as it was.";
  } else {
    wait(view, order, ([title, text]) => {
      heading.textContent = title;
      status.textContent = text;
    });
  }
  return view;
}

async function wait(view, order, say) {
  for (const pause of PAUSES_MILLISECONDS) {
    let topup;
    try {
      topup = await get(`/api/topups/${encodeURIComponent(order)}`);
    } catch (problem) {
      if (problem.status) return say(["We can't show this top-up", problem.message]);
    }
    if (topup?.state === PAID) return credited(topup, say);
    if (ENDS[topup?.state]) return say(ENDS[topup.state]);
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (!view.isConnected) return;
  }
  say(["Your payment is on its way", "It takes longer than usual. You need not wait here: it is credited once the bank confirms it."]);
}

async function credited(topup, say) {
  const balance = await refreshBalance();
  const now = balance ? ` You now have ${credit(balance.available)}.` : "";
  say(["Thank you", `${credit(topup.amount)} was added to your credit.${now}`]);
}
