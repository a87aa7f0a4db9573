/** What opens the account: its password, its address, and the browsers that are signed in. */

import { get, patch, post, remove } from "../api.js";
import { alarm, copy, make } from "../elements.js";
import { moment } from "../formats.js";
import { submit } from "../forms.js";
import { adopt, forget, freshly, offers, session } from "../session.js";
import { build as detailFields, told } from "./details.js";

export function build({ show }) {
  const view = copy("access");
  const sessions = view.querySelector("[data-sessions]");
  view.querySelector("[data-email]").textContent = session.me.email;
  for (const hidden of view.querySelectorAll("[autocomplete=username][hidden]")) hidden.value = session.me.email;
  onSubmit(view.querySelector("[data-password]"), async ({ current_password, password }) => {
    const answer = await freshly(() => post("/api/me/password", { current_password, password }));
    if (!answer) return "";
    adopt(answer);
    list(sessions);
    return "Your password is changed. Every other browser is signed out.";
  });
  onSubmit(view.querySelector("[data-address]"), async ({ email, password }) => {
    const asked = await freshly(async () => (await post("/api/me/email", { email: email.trim(), password })) ?? true);
    if (!asked) return "";
    return `We wrote to ${email.trim()}. Open the link in that mail in this browser, within an hour, to confirm it. Until then nothing changes.`;
  });
  sessions.querySelector("[data-everywhere]").addEventListener("click", () => attempt(sessions, async () => {
    await remove("/api/auth/sessions");
    forget();
    show();
  }));
  for (const part of view.querySelectorAll("[data-with-password]")) part.hidden = !offers("password_sign_in");
  list(sessions);
  if (offers("business_profiles")) describe(view.querySelector("[data-about]"));
  return view;
}

/** What the service keeps of a person beside what opens the account, to be changed. */
async function describe(form) {
  const schema = await get("/api/auth/signup").catch(() => null);
  if (!schema) return;
  form.querySelector("[data-details]").replaceWith(...detailFields(schema, session.me, { without: ["parent_email"] }));
  form.hidden = false;
  const note = form.querySelector("[data-note]");
  submit(form, async (values) => {
    note.hidden = true;
    session.me = await patch("/api/me", told(schema, values, null));
    note.textContent = "Saved.";
    note.hidden = false;
  });
}

/** `act` answers what to say once it is done; nothing was done when it has nothing to say. */
function onSubmit(form, act) {
  const note = form.querySelector("[data-note]");
  submit(form, async (values) => {
    note.hidden = true;
    note.textContent = await act(values);
    note.hidden = !note.textContent;
    if (note.textContent) form.reset();
  });
}

function list(section) {
  return attempt(section, async () => {
    const { items } = await get("/api/auth/sessions");
    section.querySelector(".rows").replaceChildren(...items.map((one) => row(section, one)));
  });
}

function row(section, { id, created_at, current }) {
  const name = current ? "This browser" : "Another browser";
  const since = `Signed in ${moment(created_at)}`;
  const words = make("div", { class: "what" }, make("span", { class: "title" }, name), make("span", { class: "muted" }, since));
  const item = make("li", { class: "entry" }, words);
  if (!current) {
    const button = make("button", { class: "quiet", type: "button", "aria-label": `Sign out: ${since}` }, "Sign out");
    button.addEventListener("click", () => attempt(section, async () => {
      await remove(`/api/auth/sessions/${encodeURIComponent(id)}`);
      await list(section);
      section.querySelector("h2").focus();
    }));
    item.append(button);
  }
  return item;
}

async function attempt(section, act) {
  try {
    alarm(section, "");
    await act();
  } catch (problem) {
    alarm(section, problem.message);
  }
}
