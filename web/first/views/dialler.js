/** The keypad: a number by key, keyboard or paste, its quote, and the call. */

import { Problem } from "../api.js";
import { refreshBalance } from "../balance.js";
import { make } from "../elements.js";
import { submit } from "../forms.js";
import { session } from "../session.js";
import { place, tell } from "./placing.js";
import { buildQuotes, plain } from "./quotes.js";

const KEYS = [
  ["1", ""], ["2", "ABC"], ["3", "DEF"], ["4", "GHI"], ["5", "JKL"], ["6", "MNO"],
  ["7", "PQRS"], ["8", "TUV"], ["9", "WXYZ"], ["+", ""], ["0", ""], ["⌫", ""],
];
const NAMES = { "+": "Plus", "⌫": "Delete the last digit" };

/** Bring the dialler's form to life; `onEnded` is called after each call. */
export function buildDialler(view, { onEnded }) {
  const form = view.querySelector(".dialler form");
  const number = form.elements.to;
  const ask = buildQuotes(form.querySelector(".quote"));
  const write = (text) => {
    number.value = text;
    ask(text);
  };
  const press = (key) => write(key === "⌫" ? number.value.slice(0, -1) : number.value + key);

  form.querySelector(".keypad").append(...KEYS.map((key) => button(key, press)));
  form.querySelector("[data-laptop]").hidden = !session.laptop;
  number.addEventListener("input", () => ask(number.value));
  listen(view, number, write);

  submit(form, async ({ to, talk_seconds }) => {
    const outcome = form.querySelector(".outcome");
    if (!session.laptop) throw new Problem({
      type: "no-voice", detail: "Vowline's voice client is not part of this page, so it can't place a call.",
    });
    outcome.replaceChildren(make("p", {}, `Calling ${to.trim()} …`));
    try {
      outcome.replaceChildren(...tell(await place(plain(to), Number(talk_seconds))));
    } catch (problem) {
      outcome.replaceChildren();
      throw problem;
    } finally {
      refreshBalance();
      onEnded();
      ask(number.value);
    }
  });
}

function button([key, letters], press) {
  const made = make("button", { type: "button", "aria-label": NAMES[key] ?? key }, make("span", {}, key));
  if (letters) made.append(make("small", { "aria-hidden": "true" }, letters));
  made.addEventListener("click", () => press(key));
  return made;
}

/** Typing and pasting go to the number wherever the focus is, except in a field; this ends with the view. */
function listen(view, number, write) {
  const over = new AbortController();
  const ours = (event) => {
    if (!view.isConnected) over.abort();
    return view.isConnected && !event.target.closest?.("input, dialog, summary");
  };
  document.addEventListener("keydown", (event) => {
    if (!ours(event) || event.metaKey || event.ctrlKey || event.altKey) return;
    if (!/^([0-9+]|Backspace)$/.test(event.key)) return;
    number.focus(); // where the key is then typed
    number.setSelectionRange(number.value.length, number.value.length);
  }, { signal: over.signal });
  document.addEventListener("paste", (event) => {
    if (!ours(event)) return;
    write(event.clipboardData.getData("text").trim().slice(0, number.maxLength));
    number.focus();
    event.preventDefault();
  }, { signal: over.signal });
}
