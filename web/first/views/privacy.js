/** The policy in plain words, and for who is signed in: leaving. */

import { get } from "../api.js";
import { copy, make } from "../elements.js";
import { session } from "../session.js";
import { buildAccount } from "./account.js";
import { tell } from "./policy.js";

export function build({ show, dress }) {
  const view = copy("privacy");
  if (session.me) view.querySelector("[data-account]").append(buildAccount({ show, dress }));
  fillPolicy(view.querySelector("[data-policy]"));
  return view;
}

async function fillPolicy(place) {
  try {
    session.policy ??= await get("/api/privacy/policy");
    place.replaceChildren(...tell(session.policy));
  } catch (problem) {
    place.replaceChildren(make("p", { class: "alert", role: "alert" }, problem.message));
  }
  place.ariaBusy = "false";
}
