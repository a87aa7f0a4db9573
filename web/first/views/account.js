/** The account, its deletion, and the days in which that can be cancelled. */

import { get, post } from "../api.js";
import { alarm, copy } from "../elements.js";
import { counted, day, duration, moment } from "../formats.js";
import { closeOn, submit } from "../forms.js";
import { freshly, refresh, session } from "../session.js";

const DAY_MILLISECONDS = 86_400_000;
const PAUSE_MILLISECONDS = 1500;
const LOOKS = 20;
const CLOSED = ["fulfilled", "partially_fulfilled", "denied", "revoked", "cancelled", "expired"];

/** The account's card: what it is, or how its deletion stands. */
export function buildAccount({ show, dress }) {
  const box = document.createElement("div");
  const view = { box, show, dress };
  if (session.me.status === "active") box.append(account(view));
  look(view);
  return box;
}

async function look(view) {
  try {
    await follow(view);
  } catch (problem) {
    if (view.box.firstElementChild) alarm(view.box, problem.message);
    else view.box.append(failed(problem.message));
  }
}

/** Show an open deletion. It pauses the account a moment after it was asked for: so look again until then. */
async function follow(view) {
  let request = await findOpen();
  if (!request && session.me.status === "active") return;
  view.box.replaceChildren(leaving(view, request));
  for (let tries = 0; tries < LOOKS && (!request || session.me.status === "active"); tries++) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    if (!view.box.isConnected) return;
    request = await findOpen();
    const me = await refresh();
    if (!me || (!request && me.status === "active")) return view.show();
  }
  view.dress();
}

async function findOpen() {
  const { items } = await get("/api/privacy/requests");
  return items.find(({ type, state }) => type === "deletion" && !CLOSED.includes(state));
}

function account(view) {
  const card = copy("account");
  card.querySelector("[data-email]").textContent = session.me.email;
  card.querySelector("[data-since]").textContent = `With us since ${day(session.me.created_at)}`;
  card.querySelector("[data-leave]").addEventListener("click", () => leave(view));
  return card;
}

/** Ask once more, then ask for the deletion; the password is asked for where the sign-in is old. */
function leave(view) {
  const dialog = document.getElementById("leave");
  const form = dialog.querySelector("form");
  const over = new AbortController();
  const key = crypto.randomUUID();
  dialog.querySelector("[data-explanation]").textContent = explanation();
  alarm(form, "");
  submit(form, async () => {
    const request = await freshly(() => post("/api/privacy/requests", { type: "deletion" }, { key }));
    if (!request) return;
    dialog.close();
    await refresh();
    view.show();
  }, over.signal);
  closeOn(dialog, over.signal);
  dialog.addEventListener("close", () => over.abort(), { signal: over.signal });
  dialog.showModal();
}

function explanation() {
  const { grace, deletion } = session.policy?.settings ?? {};
  const times = grace && deletion ? ` For ${duration(grace)} you can sign in and cancel; all is done within ${duration(deletion)}.` : "";
  return `Calls and top-ups stop at once.${times} Once it has begun, nobody can bring your account back, and what is left of your credit can't be used.`;
}

function leaving(view, request) {
  const card = copy("leaving");
  const ends = request?.grace_ends_at && new Date(request.grace_ends_at);
  const canCancel = ["received", "grace"].includes(request?.state);
  const inGrace = ends && canCancel;
  const button = card.querySelector("[data-cancel]");
  card.querySelector("[data-days]").textContent = inGrace ? counted(Math.max(0, Math.ceil((ends - Date.now()) / DAY_MILLISECONDS)), "day") + " left" : "";
  card.querySelector("[data-when]").textContent = told(request, inGrace);
  card.querySelector("[data-request]").textContent = request
    ? `Request ${request.id}, received ${moment(request.received_at)}, done by ${day(request.due_at)} at the latest.` : "";
  button.hidden = !canCancel;
  button.addEventListener("click", () => cancel(view, card, request));
  return card;
}

function told(request, inGrace) {
  if (inGrace) return `Until ${moment(request.grace_ends_at)} you can cancel, and all is as before.`;
  if (request?.state === "in_progress") return "The time to cancel is over. We are deleting what we have about you, and write to you when it is done.";
  return request ? "We have your request and are about to pause your account." : "Your account is paused.";
}

async function cancel(view, card, request) {
  try {
    await freshly(() => post(`/api/privacy/requests/${encodeURIComponent(request.id)}/cancel`));
    await refresh();
    view.show();
  } catch (problem) {
    alarm(card, problem.message);
  }
}

function failed(sentence) {
  const card = copy("leaving");
  alarm(card, sentence);
  return card;
}
