/** The page's entrance: which view belongs to the address and to who is signed in. */

import { news } from "./api.js";
import { refreshBalance } from "./balance.js";
import { make } from "./elements.js";
import { entitle, forget, load, offers, session, signOut } from "./session.js";
import * as access from "./views/access.js";
import * as calls from "./views/calls.js";
import * as credit from "./views/credit.js";
import * as email from "./views/email.js";
import { noteOf } from "./views/google.js";
import * as parent from "./views/parent.js";
import * as privacy from "./views/privacy.js";
import * as reset from "./views/reset.js";
import * as topup from "./views/topup.js";
import * as verify from "./views/verify.js";
import * as welcome from "./views/welcome.js";

const main = document.getElementById("main");
const navigation = document.getElementById("navigation");
const leave = document.getElementById("sign-out");
let note = "";
let loaded = false; // until then a link only changes the address

function choose() {
  if (location.pathname === "/verify") return ["verify", verify];
  if (location.pathname === "/parent") return ["parent", parent];
  if (location.pathname === "/reset") return ["reset", reset];
  if (location.pathname === "/privacy" || session.me?.status === "suspended") return ["privacy", privacy];
  if (location.pathname === "/email") return ["email", email];
  if (!session.me) return ["welcome", welcome];
  if (location.pathname === "/account" || !offers("calling")) return ["account", access];
  if (location.pathname.startsWith("/topup/")) return ["topup", topup];
  const toCredit = location.hash === "#credit" || location.pathname.startsWith("/card/");
  return toCredit ? ["credit", credit] : ["calls", calls];
}

/** Show the view of the address; `focus` moves the reader to its heading. */
function show({ focus = true } = {}) {
  if (!loaded) return;
  const [name, view] = choose();
  dress(name);
  const element = view.build({ show, note, dress: () => dress(name) });
  const told = note && name !== "welcome" ? [make("p", { class: "note", role: "status" }, note)] : [];
  note = "";
  main.replaceChildren(...told, element);
  const heading = element.querySelector("h1");
  entitle(name === "welcome" ? "" : heading.textContent);
  if (focus) heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function dress(name) {
  const active = session.me?.status === "active";
  navigation.hidden = !active;
  leave.hidden = !session.me;
  for (const link of navigation.querySelectorAll("a")) {
    link.hidden = Boolean(link.dataset.offer) && !offers(link.dataset.offer);
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  refreshBalance();
}

function go(address) {
  history.pushState(null, "", address);
  show();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-link]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

leave.addEventListener("click", async () => {
  try {
    await signOut();
    note = "You are signed out.";
  } catch (problem) {
    note = problem.message;
  }
  go("/");
});

news.addEventListener("sign-in", () => {
  if (!session.me) return;
  forget();
  note = "You were signed out. Please sign in again.";
  show();
});

news.addEventListener("account-suspended", () => {
  if (session.me?.status !== "active") return;
  session.me.status = "suspended";
  show();
});

window.addEventListener("popstate", () => show());
await load();
loaded = true;
note = noteOf(new URLSearchParams(location.search).get("google"));
if (note) history.replaceState(null, "", location.pathname);
document.getElementById("title").textContent = session.policy?.title ?? "Vowline";
show({ focus: false });
