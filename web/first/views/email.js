/** Where the mail to a new address leads: it is confirmed by who is signed in, or signs in here first. */

import { post } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { adopt, entitle, session, signIn } from "../session.js";

export function build({ dress }) {
  const view = copy("email");
  const token = new URLSearchParams(location.search).get("token");
  if (token) history.replaceState(null, "", "/email");
  if (!token) say(view, "We could not change your address", "This link is not complete. Please open it from the mail once more.");
  else if (session.me) confirm(view, token);
  else signInFirst(view, token, dress);
  return view;
}

/** The link is good only with the account's own session, so that a stranger at a mistyped address can't use it. */
function signInFirst(view, token, dress) {
  const form = view.querySelector("form");
  form.hidden = false;
  say(view, "Sign in to confirm your new address", "Please sign in once more with the address that you have had so far.", false);
  submit(form, async ({ email, password }) => {
    await signIn(email.trim(), password);
    form.hidden = true;
    dress();
    await confirm(view, token);
  });
}

async function confirm(view, token) {
  try {
    adopt(await post("/api/me/email/confirm", { token }));
    say(view, "Your address is changed", `From now on you sign in with ${session.me.email}. Other browsers are signed out.`);
  } catch (problem) {
    say(view, "We could not change your address", problem.message);
  }
}

function say(view, title, text, over = true) {
  view.querySelector("h1").textContent = title;
  view.querySelector("[data-status]").textContent = text;
  view.querySelector("[data-next]").hidden = !over;
  entitle(title);
}
