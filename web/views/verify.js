/** Where the mail's link leads: the address is confirmed with the token, which then leaves the address bar. */

import { post } from "../api.js";
import { copy } from "../elements.js";
import { entitle, session } from "../session.js";

export function build() {
  const view = copy("verify");
  const token = new URLSearchParams(location.search).get("token");
  if (token) history.replaceState(null, "", "/verify");
  confirm(view, token);
  return view;
}

async function confirm(view, token) {
  const status = view.querySelector("[data-status]");
  const next = view.querySelector("[data-next]");
  if (session.me) next.textContent = "Go on";
  try {
    if (!token) throw new Error("This link is not complete. Please open it from the mail once more.");
    await post("/api/auth/verify", { token });
    view.querySelector("h1").textContent = "Your address is confirmed";
    status.textContent = "You can sign in now.";
  } catch (problem) {
    view.querySelector("h1").textContent = "We could not confirm your address";
    status.textContent = problem.message;
  }
  entitle(view.querySelector("h1").textContent);
  next.hidden = false;
}
