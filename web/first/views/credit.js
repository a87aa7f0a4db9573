/** The balance, topping it up, and every entry of the ledger. */

import { post } from "../api.js";
import { refreshBalance } from "../balance.js";
import { copy, make } from "../elements.js";
import { credit, moment, money, sentence, toMicros, whole, words } from "../formats.js";
import { submit } from "../forms.js";
import { session } from "../session.js";
import { fill } from "./pages.js";

const KINDS = { topup: "Top-up", dispute_won: "Dispute won", late_charge: "Late charge of a call" };

export function build() {
  const view = copy("credit");
  showBalance(view);
  const { currency } = session.me.service;
  view.querySelector("[data-currency]").textContent = ` in ${currency}`;
  for (const choice of view.querySelectorAll("[data-amount]")) {
    choice.textContent = whole({ amount_micros: toMicros(choice.dataset.amount), currency });
  }
  wire(view.querySelector("form"));
  fill(view.querySelector("[aria-labelledby=ledger-title]"), "/api/ledger", row);
  return view;
}

async function showBalance(view) {
  const balance = await refreshBalance();
  if (!balance) return;
  view.querySelector("[data-available]").textContent = credit(balance.available);
  const held = view.querySelector("[data-held]");
  held.hidden = !balance.held.amount_micros;
  held.textContent = `${money(balance.held)} more is held for calls in progress.`;
}

/** A repeated try of one amount has one key, so that it makes one order. */
function wire(form) {
  let key = crypto.randomUUID();
  const amount = form.elements.amount_micros;
  form.addEventListener("input", (event) => {
    key = crypto.randomUUID();
    if (event.target.name === "choice") amount.value = event.target.value;
    else for (const choice of form.elements.choice) choice.checked = choice.value === amount.value;
  });
  submit(form, async ({ amount_micros }) => {
    const order = await post("/api/topups", { amount_micros: toMicros(amount_micros) }, { key });
    location.assign(order.checkout_url);
  });
}

function row(entry) {
  const sign = entry.amount.amount_micros > 0 ? "+" : "";
  return make("li", { class: "entry" },
    make("span", { class: "what" },
      make("span", { class: "title", tabindex: "-1" }, KINDS[entry.kind] ?? sentence(words(entry.kind))),
      make("span", { class: "muted" }, moment(entry.at))),
    make("span", { class: "worth" },
      make("span", { class: sign ? "title gain" : "title" }, sign + money(entry.amount)),
      make("span", { class: "muted" }, `${money(entry.balance_after)} left`)));
}
