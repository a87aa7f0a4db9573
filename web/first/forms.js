/** Forms: checked before they are sent, busy while they are, and every refusal told at its field. */

import { Problem } from "./api.js";
import { alarm, make } from "./elements.js";

let count = 0;

/** Call `act(values)` on a valid submit; a Problem it throws is shown in the form, at its fields where it names them. */
export function submit(form, act, signal) {
  form.noValidate = true;
  const button = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    clear(form);
    const wrong = fields(form).filter((field) => !field.checkValidity());
    if (wrong.length) return tell(form, wrong.map((field) => ({ field: field.name, message: sentence(field) })));
    busy(form, button, true);
    try {
      await act(Object.fromEntries(new FormData(form)));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      tell(form, problem.errors, problem.message);
    } finally {
      busy(form, button, false);
    }
  }, { signal });
}

/** Buttons marked data-close close their dialog. */
export function closeOn(dialog, signal) {
  for (const button of dialog.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => dialog.close(), { signal });
  }
}

function busy(form, button, on) {
  form.ariaBusy = String(on);
  button.setAttribute("aria-disabled", String(on));
}

const fields = (form) => [...form.elements].filter((field) => field.name && field.type !== "hidden");

/** The browser's own sentence, or the field's title where a pattern asks for more. */
const sentence = (field) => (field.validity.patternMismatch && field.title) || field.validationMessage;

function clear(form) {
  alarm(form, "");
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const note of form.querySelectorAll(".error")) note.remove();
}

/** Errors go to their fields, the rest to the form's alert; the first wrong field takes the focus. */
function tell(form, errors, summary = "") {
  const homeless = errors.filter((error) => !mark(form, error)).map((error) => error.message);
  const first = form.querySelector("[aria-invalid]");
  alarm(form, first && !homeless.length ? "" : [summary, ...homeless].filter(Boolean).join(" "));
  first?.focus();
}

function mark(form, { field: name, message }) {
  const field = fields(form).find((one) => one.name === name);
  if (!field) return false;
  const note = make("span", { class: "error", id: `error-${++count}` }, message);
  (field.closest("label") ?? field).after(note);
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", note.id);
  return true;
}
