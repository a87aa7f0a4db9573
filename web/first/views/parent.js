/** Where the mail to a parent leads: they allow a child's account, or do not. Nothing happens without a click. */

import { post } from "../api.js";
import { alarm, copy } from "../elements.js";
import { entitle, session } from "../session.js";

export function build() {
  const view = copy("parent");
  const token = new URLSearchParams(location.search).get("token");
  if (token) history.replaceState(null, "", "/parent");
  for (const place of view.querySelectorAll("[data-title]")) place.textContent = session.policy?.title ?? "this service";
  view.querySelector("[data-question]").hidden = !token;
  if (!token) end(view, "This link is not complete", "Please open it from the mail once more.");
  for (const [name, agreed] of [["agree", true], ["refuse", false]]) {
    view.querySelector(`[data-${name}]`).addEventListener("click", () => answer(view, token, agreed));
  }
  return view;
}

async function answer(view, token, agreed) {
  try {
    alarm(view, "");
    await post("/api/auth/parent", { token, agreed });
  } catch (problem) {
    alarm(view, problem.message);
    return;
  }
  view.querySelector("[data-question]").hidden = true;
  if (agreed) end(view, "The account is open", "Your child can sign in now. We have written to you how to take this back.");
  else end(view, "No account was opened", "What was typed is deleted, and your address with it.");
}

function end(view, title, sentence) {
  const heading = view.querySelector("h1");
  heading.textContent = title;
  view.querySelector("[data-status]").textContent = sentence;
  entitle(title);
  heading.focus();
}
