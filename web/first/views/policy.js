/** The machine-readable policy, told to people. */

import { describe, make } from "../elements.js";
import { country as nameOf, day, duration, sentence, words } from "../formats.js";

const CLOCKS = {
  created: "after it was made",
  call_ended: "after the call",
  account_active: "as long as you have your account",
  account_closed: "after your account is closed",
  request_closed: "after your request is closed",
};

/** Elements for the whole policy. */
export function tell(policy) {
  return [
    make("div", { class: "heading" },
      make("h2", {}, "What we promise"),
      make("span", {},
        make("a", { href: "/api/privacy/notice" }, "The whole notice"), " · ",
        make("a", { href: "/api/privacy/policy" }, "As data"))),
    make("p", { class: "muted" }, `Version ${policy.version}, in force since ${day(policy.effective_at)}.`),
    make("ul", { class: "promises" }, ...promises(policy.settings).map((text) => make("li", {}, text))),
    ...part("What we keep, and how long", policy.categories.filter((one) => one.active), (one) => keeping(one)),
    ...part("Who helps us", policy.processors.filter((one) => one.active), (one) => helper(one)),
    ...part("Cookies", policy.cookies, (one) => cookie(one)),
  ];
}

function promises({ minimum_age: age, sale, recording, grace, deletion }) {
  return [
    sale === "never" && "We never sell what we know about you.",
    recording === "forbidden" && "Calls are never recorded.",
    grace && deletion && `You can delete your account yourself. For ${duration(grace)} you can change your mind; `
      + `all is done within ${duration(deletion)}.`,
    age && `Accounts are for people of ${age} years and older.`,
  ].filter(Boolean);
}

const part = (title, items, tellOne) => (items?.length ? [make("h3", {}, title), ...items.map(tellOne)] : []);

function keeping({ title, what, fields, purposes, recipients, retention, on_erasure: erasure }) {
  return entry(title, [
    ["What", `${what} ${list(fields)}`],
    ["Why", list(purposes)],
    ["Who else sees it", list(recipients)],
    ["How long", retention.map(term).join("; ") || "It is not kept."],
    ["When you leave", erasure.action === "delete" ? "It is deleted." : `It stays. ${erasure.reason}`],
  ]);
}

function helper({ title, what, country, fields_sent: sent, residue }) {
  return entry(title, [
    ["What for", what], ["Where", nameOf(country)], ["Gets", list(sent)], ["What may stay there", residue],
  ]);
}

function cookie({ name, life, purpose }) {
  return entry(name, [["What for", purpose], ["How long", duration(life)]]);
}

function term({ clock, maximum }) {
  const until = CLOCKS[clock] ?? words(clock);
  return sentence(maximum ? `${duration(maximum)} ${until}` : until);
}

const entry = (title, pairs) => make("div", { class: "entry-card" }, make("h4", {}, title), describe(pairs));
const list = (items) => sentence((items ?? []).map(words).join(", "));
