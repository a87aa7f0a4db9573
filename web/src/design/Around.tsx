/** What stands around every input: a label, what it is for, and what is wrong with it, all tied to it. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { frameWords } from "../frame/words";
import { useError } from "./Form";

export type Told = {
  name: string;
  label: string;
  hint?: ComponentChildren;
  /** Beside what the form knows of it. */
  error?: string;
  required?: boolean;
};

type Ties = {
  id: string;
  error: string | undefined;
  attributes: { id: string; "aria-invalid": "true" | undefined; "aria-describedby": string | undefined };
};

export function useTies(name: string, hint: ComponentChildren, given: string | undefined): Ties {
  const id = useId();
  const error = useError(name) ?? given;
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const invalid = error ? ("true" as const) : undefined;
  const attributes = { id, "aria-invalid": invalid, "aria-describedby": described || undefined };
  return { id, error, attributes };
}

export function Around(
  props: Ties & {
    name: string;
    label: string;
    hint: ComponentChildren;
    optional: boolean;
    children: ComponentChildren;
  },
) {
  return (
    <div class="field">
      <label for={props.id}>
        {props.label}
        {props.optional && <span class="optional"> · {frameWords().optional}</span>}
      </label>
      {props.children}
      {props.error && (
        <span class="error" id={`${props.id}-error`}>
          {props.error}
        </span>
      )}
      {props.hint && (
        <span class="hint" id={`${props.id}-hint`}>
          {props.hint}
        </span>
      )}
    </div>
  );
}
