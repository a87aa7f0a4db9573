/** A forgotten password: asking for the mail, and choosing a new one with the link in it. */

import { post } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { entitle, forget, session } from "../session.js";

export function build({ dress }) {
  const token = new URLSearchParams(location.search).get("token");
  if (!token) return ask();
  history.replaceState(null, "", "/reset");
  return choose(token, dress);
}

function ask() {
  const view = copy("forgot");
  submit(view.querySelector("form"), async ({ email }) => {
    await post("/api/auth/password/forgot", { email: email.trim() });
    const sent = copy("forgot-sent");
    sent.querySelector("[data-email]").textContent = email.trim();
    sent.querySelector("[data-laptop]").hidden = !session.laptop;
    turn(view, sent);
  });
  return view;
}

function choose(token, dress) {
  const view = copy("reset");
  submit(view.querySelector("form"), async ({ password }) => {
    await post("/api/auth/password/reset", { token, password });
    forget();
    dress();
    turn(view, copy("reset-done"));
  });
  return view;
}

function turn(view, next) {
  view.replaceChildren(...next.children);
  const heading = view.querySelector("h1");
  entitle(heading.textContent);
  heading.focus();
}
