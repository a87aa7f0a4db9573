/** Forms: checked before they are sent, busy while they are, and every refusal told at its field. */

import { type ComponentChildren, createContext } from "preact";
import { useContext, useRef } from "preact/hooks";
import { asProblem } from "../api/problem";
import { type Signal, useSignal } from "../frame/signals";
import { frameWords } from "../frame/words";
import { Alert } from "./Banner";
import { Button } from "./Button";

export type Values = Record<string, string>;
type Alarm = { text: string; lang?: string | undefined };
type State = { errors: Signal<Values>; alarm: Signal<Alarm>; busy: Signal<boolean> };

const SILENT = { text: "" };
const Here = createContext<State | undefined>(undefined);

/** What is wrong with a field of the form around it. */
export function useError(name: string): string | undefined {
  return useContext(Here)?.errors.value[name];
}

type FormProps = {
  /** Called with the values of a valid form; a Problem it throws is shown at the fields that it names. */
  onSubmit: (values: Values, form: HTMLFormElement) => Promise<unknown>;
  submit: string;
  children: ComponentChildren;
  /** Beside the button. */
  actions?: ComponentChildren;
  danger?: boolean;
  wide?: boolean;
  label?: string;
};

export function Form({ onSubmit, submit, children, actions, danger, wide, label }: FormProps) {
  const state = { errors: useSignal<Values>({}), alarm: useSignal<Alarm>(SILENT), busy: useSignal(false) };
  const element = useRef<HTMLFormElement>(null);

  async function send(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if (state.busy.value) return;
    state.alarm.value = SILENT;
    state.errors.value = faults(form);
    if (Object.keys(state.errors.value).length) return focusFirst(form, state.errors.value);
    state.busy.value = true;
    try {
      await onSubmit(valuesOf(form), form);
    } catch (thrown) {
      tell(form, thrown);
    } finally {
      state.busy.value = false;
    }
  }

  /** Errors go to the fields that the form has; the rest to its alert. */
  function tell(form: HTMLFormElement, thrown: unknown) {
    const problem = asProblem(thrown);
    const [named, homeless] = [{} as Values, [] as string[]];
    for (const { field, message } of problem.errors) {
      if (form.elements.namedItem(field)) named[field] = message;
      else homeless.push(message);
    }
    const said = Object.keys(named).length && !homeless.length ? [] : [problem.message, ...homeless];
    state.errors.value = named;
    state.alarm.value = { text: [...new Set(said)].join(" "), lang: problem.lang };
    focusFirst(form, named);
  }

  return (
    <Here.Provider value={state}>
      <form
        class="form"
        ref={element}
        noValidate
        aria-label={label}
        aria-busy={state.busy.value}
        onSubmit={send}
      >
        {children}
        <Alert {...state.alarm.value} />
        <div class="actions">
          <Button
            type="submit"
            kind={danger ? "danger" : "primary"}
            wide={wide ?? !actions}
            busy={state.busy.value}
          >
            {submit}
          </Button>
          {actions}
        </div>
      </form>
    </Here.Provider>
  );
}

function valuesOf(form: HTMLFormElement): Values {
  const told = [...new FormData(form)].map(([name, value]) => [name, typeof value === "string" ? value : ""]);
  return Object.fromEntries(told);
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function faults(form: HTMLFormElement): Values {
  const found: Values = {};
  for (const field of form.elements) {
    const input = field as Input;
    if (input.name && input.willValidate && !input.checkValidity()) found[input.name] = sentence(input);
  }
  return found;
}

/** In the page's language, which need not be the browser's. */
function sentence(input: Input): string {
  const words = frameWords();
  const { validity } = input;
  if (validity.customError) return input.validationMessage;
  if (input instanceof HTMLInputElement && input.type === "date" && validity.badInput) return words.wrongDate;
  if (validity.valueMissing) return words.valueMissing;
  if (validity.typeMismatch && input.type === "email") return words.wrongEmail;
  if (validity.tooShort && !(input instanceof HTMLSelectElement)) return words.tooShort(input.minLength);
  return input.title || words.wrongValue;
}

function focusFirst(form: HTMLFormElement, errors: Values): void {
  // When the fields have been told, and only then, are they described by their error.
  requestAnimationFrame(() => {
    for (const field of form.elements) {
      if ((field as Input).name in errors) return (field as HTMLElement).focus();
    }
  });
}
