/** Who is signed in, the policy they are under, and whether this is a laptop. */

import { get, post, trust } from "./api.js";
import { closeOn, submit } from "./forms.js";

export const session = { me: null, policy: null, laptop: false };

/** Whether this service does something at all; until its policy is read, what most of them do. */
export function offers(id) {
  const known = session.policy?.capabilities;
  if (!known) return ["password_sign_in", "calling", "credit"].includes(id);
  return known.some((one) => one.id === id && one.state === "offered");
}

/** The window's title: what is shown, and whose service it is. */
export function entitle(shown) {
  document.title = [shown, session.policy?.title ?? "Vowline"].filter(Boolean).join(" · ");
}

/** Asked once at the start; none of the answers is needed to show a page. */
export async function load() {
  const quietly = (asking) => asking.catch(() => null);
  const [, policy, laptop] = await Promise.all([quietly(refresh()), quietly(get("/api/privacy/policy")), onLaptop()]);
  session.policy = policy;
  session.laptop = laptop;
}

/** Read /api/me again; null when nobody is signed in. */
export async function refresh() {
  try {
    session.me = await get("/api/me");
    trust(session.me.csrf_token);
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    session.me = null;
  }
  return session.me;
}

export async function signIn(email, password) {
  adopt(await post("/api/auth/login", { email, password }));
}

/** Go on as a fresh session says; the one of before is dead. */
export function adopt({ csrf_token, me }) {
  trust(csrf_token);
  session.me = me;
}

export async function signOut() {
  await post("/api/auth/logout");
  forget();
}

export function forget() {
  session.me = null;
  trust("");
}

/** Act; when the service wants a fresh sign-in, ask for the password and act once more. Undefined: not now. */
export async function freshly(act) {
  try {
    return await act();
  } catch (problem) {
    if (problem.type !== "sign-in-again") throw problem;
  }
  return (await askAgain()) ? act() : undefined;
}

/** True once the password was right, false when the dialog was closed. */
function askAgain() {
  const dialog = document.getElementById("again");
  const form = dialog.querySelector("form");
  const google = dialog.querySelector("[data-google]");
  const withPassword = offers("password_sign_in");
  form.reset();
  form.elements.email.value = session.me.email;
  for (const part of dialog.querySelectorAll("[data-with-password]")) part.hidden = !withPassword;
  form.elements.password.required = withPassword;
  google.hidden = !offers("google_sign_in");
  google.href = `/api/auth/google?return_to=${encodeURIComponent(location.pathname)}`;
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (answer) => {
      over.abort();
      resolve(answer);
    };
    submit(form, async ({ password }) => {
      await signIn(session.me.email, password);
      end(true);
      dialog.close();
    }, over.signal);
    closeOn(dialog, over.signal);
    dialog.addEventListener("close", () => end(false), { signal: over.signal });
    dialog.showModal();
  });
}

/** Only the local gateway knows /dev; no other host is asked. */
async function onLaptop() {
  if (!["127.0.0.1", "localhost"].includes(location.hostname)) return false;
  try {
    return Boolean(await get("/dev/endpoints"));
  } catch {
    return false;
  }
}
