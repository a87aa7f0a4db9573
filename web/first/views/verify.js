/** Where the mail's link leads. Programs that look at mails open links, too: so the address counts on a click only. */

import { statusOf } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { entitle, session } from "../session.js";

const ASKED_PARENT = 202;

export function build() {
  const view = copy("verify");
  const token = new URLSearchParams(location.search).get("token");
  if (session.me) view.querySelector("[data-next]").textContent = "Go on";
  if (!token) {
    end(view, "We could not confirm your address", "This link is not complete. Please open it from the mail once more.");
    return view;
  }
  history.replaceState(null, "", "/verify");
  submit(view.querySelector("form"), async () => {
    const status = await statusOf("/api/auth/verify", { token });
    if (status === ASKED_PARENT) {
      end(view, "Your address is confirmed", "We have written to your parent. Your account opens once they agree, and we write to you then.", false);
    } else end(view, "Your address is confirmed", "You can sign in now.");
  });
  return view;
}

function end(view, title, sentence, goOn = true) {
  const heading = view.querySelector("h1");
  heading.textContent = title;
  view.querySelector("[data-status]").textContent = sentence;
  view.querySelector("form").hidden = true;
  view.querySelector("[data-next]").hidden = !goOn;
  entitle(title);
  heading.focus();
}
