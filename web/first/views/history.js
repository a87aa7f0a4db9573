/** The calls that were, each with the arithmetic of its price. */

import { get } from "../api.js";
import { copy, describe, make } from "../elements.js";
import { country, length, moment, money, sentence, words } from "../formats.js";
import { fill } from "./pages.js";

export function buildHistory() {
  const element = copy("history");
  return { element, reload: fill(element, "/api/calls", row) };
}

function row(call) {
  const details = make("details", {},
    make("summary", {},
      make("span", { class: "what" },
        make("span", { class: "title" }, call.to),
        make("span", { class: "muted" }, [country(call.country ?? ""), moment(call.at)].filter(Boolean).join(" · "))),
      make("span", { class: "worth" },
        make("span", { class: "title" }, call.cost ? money(call.cost) : "…"),
        make("span", { class: "muted" }, result(call)))),
    make("div", { class: "detail" }, make("p", { class: "muted" }, "One moment …")));
  details.addEventListener("toggle", () => details.open && explain(details, call.id));
  return make("li", {}, details);
}

async function explain(details, id) {
  const place = details.querySelector(".detail");
  try {
    const call = await get(`/api/calls/${encodeURIComponent(id)}`);
    place.replaceChildren(describe([
      ["How it adds up", call.arithmetic],
      ["Outcome", sentence(words(call.outcome ?? call.state))],
      ["Talked", length(call.duration_seconds ?? 0)],
      ["Billed", length(call.billed_seconds ?? 0)],
      ["Calling from", call.from],
      ["Call", call.id],
    ]));
  } catch (problem) {
    place.replaceChildren(make("p", { class: "alert", role: "alert" }, problem.message));
  }
}

const result = (call) => (call.duration_seconds ? length(call.duration_seconds) : words(call.outcome ?? call.state));
