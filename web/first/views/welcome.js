/** For who is not signed in: what this is, and signing up or in. */

import { get, post } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { offers, session, signIn } from "../session.js";
import { build as detailFields, told } from "./details.js";
import { signUpForm as googleSignUpForm } from "./google.js";

export function build({ show, note }) {
  const view = copy("welcome");
  const card = view.querySelector("[data-card]");
  view.querySelector("[data-recording]").hidden = session.policy?.settings.recording !== "forbidden" || !offers("calling");
  for (const fact of view.querySelectorAll("[data-offer]")) fact.hidden = !offers(fact.dataset.offer);
  if (!offers("calling")) view.querySelector("h1").textContent = `Your ${session.policy.title} account.`;

  const turn = (form, { focus = true } = {}) => {
    card.replaceChildren(form);
    if (focus) form.querySelector("h2").focus();
  };
  const toSignIn = (options) => turn(signInForm({ show, note, onSwitch: toSignUp }), options);
  const toSignUp = () => turn(offers("password_sign_in")
    ? signUpForm({ onSwitch: toSignIn, onDone: toMail }) : switching(googleSignUpForm(), toSignIn));
  const toMail = (email) => turn(mailNote({ email, onSwitch: toSignIn }));
  toSignIn({ focus: false });
  return view;
}

function signInForm({ show, note, onSwitch }) {
  const form = copy("sign-in");
  const said = form.querySelector("[data-note]");
  said.textContent = note;
  said.hidden = !note;
  for (const part of form.querySelectorAll("[data-with-password]")) part.hidden = !offers("password_sign_in");
  form.querySelector("[data-google]").hidden = !offers("google_sign_in");
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
    const { parental_consent_from: from } = session.policy.settings;
    if (from) form.querySelector("[data-with-parent]").textContent = `, or ${from} with a parent who agrees`;
    form.querySelector("[data-version]").textContent = `, version ${session.policy.version}`;
  }
  const schema = ask(form);
  submit(form, async ({ email, password, birth_date, ...more }) => {
    session.policy ??= await get("/api/privacy/policy");
    await post("/api/auth/signup", {
      email: email.trim(), password, birth_date, policy_version: session.policy.version, ...told(await schema, more),
    });
    onDone(email.trim());
  });
  return switching(form, onSwitch);
}

/** Add what else this service asks for; answers the schema that says so. */
async function ask(form) {
  const none = { properties: {}, required: [] };
  const schema = await get("/api/auth/signup").catch(() => none);
  form.querySelector("[data-details]").replaceWith(...detailFields(schema));
  return schema;
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
