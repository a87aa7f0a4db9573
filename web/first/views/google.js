/** Signing in and up with Google: what is asked before, and what is said to who comes back. */

import { post } from "../api.js";
import { copy } from "../elements.js";
import { submit } from "../forms.js";
import { session } from "../session.js";

const NOTES = {
  linked: "From now on you can sign in with Google, too.",
  expired: "That took too long, or began in another browser. Please try again.",
  cancelled: "You came back from Google without choosing an account.",
  failed: "Google did not confirm who you are. Please try again.",
  unavailable: "Google does not answer right now. Please try again in a moment.",
  unverified: "Google has not confirmed the address of that account. Please choose another.",
  "sign-up": "There is no account for you yet, or our policy has changed. Please create an account first.",
  "sign-in-first": "Your address has an account here already. Please sign in to it as you did before.",
  taken: "That Google account belongs to another account here.",
  closing: "The account with this address is being deleted. You can use the address again when that is done.",
};

/** What to say about `?google=...`; nothing to say without it. */
export const noteOf = (reason) => (reason ? NOTES[reason] ?? NOTES.failed : "");

/** The form of somebody new: the age is checked here, all else comes from Google. */
export function signUpForm() {
  const form = copy("google-sign-up");
  const { settings, version } = session.policy ?? {};
  if (settings) {
    form.querySelector("[data-age]").textContent = settings.minimum_age;
    form.querySelector("[data-version]").textContent = `, version ${version}`;
  }
  submit(form, async ({ birth_date }) => {
    const { url } = await post("/api/auth/google", { birth_date, policy_version: session.policy?.version ?? "" });
    location.assign(url);
  });
  return form;
}
