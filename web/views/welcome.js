/** For who is not signed in: what this is, and signing up or in. */

import { get, post } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { session, signIn } from "../session.js";

export function build({ show, note }) {
  const view = copy("welcome");
  const card = view.querySelector("[data-card]");
  view.querySelector("[data-recording]").hidden = session.policy?.settings.recording !== "forbidden";

  const turn = (form, { focus = true } = {}) => {
    card.replaceChildren(form);
    if (focus) form.querySelector("h2").focus();
  };
  const toSignIn = (options) => turn(signInForm({ show, note, onSwitch: toSignUp }), options);
  const toSignUp = () => turn(signUpForm({ onSwitch: toSignIn, onDone: toMail }));
  const toMail = (email) => turn(mailNote({ email, onSwitch: toSignIn }));
  toSignIn({ focus: false });
  return view;
}

function signInForm({ show, note, onSwitch }) {
  const form = copy("sign-in");
  const said = form.querySelector("[data-note]");
  said.textContent = note;
  said.hidden = !note;
  submit(form, async ({ email, password }) => {
    await signIn(email.trim(), password);
    show();
  });
  return switching(form, onSwitch);
}

function signUpForm({ onSwitch, onDone }) {
  const form = copy("sign-up");
  if (session.policy) {
    form.querySelector("[data-age]").textContent = session.policy.settings.minimum_age;
    form.querySelector("[data-version]").textContent = `, version ${session.policy.version}`;
  }
  submit(form, async ({ email, password, birth_date }) => {
    session.policy ??= await get("/api/privacy/policy");
    await post("/api/auth/signup", {
      email: email.trim(), password, birth_date, policy_version: session.policy.version,
    });
    onDone(email.trim());
  });
  return switching(form, onSwitch);
}

function mailNote({ email, onSwitch }) {
  const panel = copy("check-mail");
  panel.querySelector("[data-email]").textContent = email;
  panel.querySelector("[data-laptop]").hidden = !session.laptop;
  return switching(panel, onSwitch);
}

function switching(panel, onSwitch) {
  panel.querySelector("[data-switch]").addEventListener("click", () => onSwitch());
  return panel;
}
