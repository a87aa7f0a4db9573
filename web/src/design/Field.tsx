/** Fields: a label, what it is for, and what is wrong with it, all tied to the input. */

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { frameWords } from "../frame/words";
import { useError } from "./Form";

type Told = {
  name: string;
  label: string;
  hint?: ComponentChildren;
  /** Beside what the form knows of it. */
  error?: string;
  required?: boolean;
};

type Attributes = {
  type?: "text" | "email" | "password" | "date" | "tel" | "number" | "search";
  autoComplete?: string;
  inputMode?: "text" | "numeric" | "decimal" | "tel" | "email";
  maxLength?: number;
  minLength?: number;
  max?: string | number;
  min?: string | number;
  step?: string | number;
  pattern?: string;
  placeholder?: string;
  /** What a pattern asks for, in a sentence. */
  title?: string;
  readOnly?: boolean;
  value?: string;
  defaultValue?: string;
  onInput?: (value: string) => void;
};

/** One line of text, or of another type. Passwords can be shown. */
export function Field({
  name,
  label,
  hint,
  error,
  required,
  type = "text",
  autoComplete,
  onInput,
  ...rest
}: Told & Attributes) {
  const words = frameWords();
  const isShown = useSignal(false);
  const tied = useTies(name, hint, error);
  const input = (
    <input
      {...rest}
      {...tied.attributes}
      name={name}
      type={(type === "password" && isShown.value ? "text" : type) as "text"}
      required={required}
      autocomplete={autoComplete as "on"}
      onInput={(event) => onInput?.(event.currentTarget.value)}
      spellcheck={false}
      autocapitalize={type === "text" ? undefined : "none"}
    />
  );
  return (
    <Around {...tied} name={name} label={label} hint={hint} optional={!required && !rest.readOnly}>
      {type !== "password" ? (
        input
      ) : (
        <div class="with-end">
          {input}
          <button
            type="button"
            class="end"
            aria-pressed={isShown.value}
            aria-label={`${isShown.value ? words.hide : words.show}: ${label}`}
            onClick={() => {
              isShown.value = !isShown.value;
            }}
          >
            {isShown.value ? words.hide : words.show}
          </button>
        </div>
      )}
    </Around>
  );
}

/** Some lines of text. */
export function TextArea(
  props: Told & { rows?: number; maxLength?: number; autoComplete?: string; defaultValue?: string },
) {
  const { name, label, hint, error, required, autoComplete, ...rest } = props;
  const tied = useTies(name, hint, error);
  return (
    <Around {...tied} name={name} label={label} hint={hint} optional={!required}>
      <textarea
        {...rest}
        {...tied.attributes}
        name={name}
        required={required}
        autocomplete={autoComplete as "on"}
      />
    </Around>
  );
}

export type Choice = { value: string; label: string };

/** One of some, in the browser's own list. */
export function Select(
  props: Told & {
    choices: Choice[];
    /** Shown for none. */
    empty?: string;
    value?: string;
    defaultValue?: string;
    autoComplete?: string;
    onChange?: (value: string) => void;
  },
) {
  const { name, label, hint, error, required, choices, empty, value, defaultValue, autoComplete, onChange } =
    props;
  const tied = useTies(name, hint, error);
  const chosen = value ?? defaultValue;
  return (
    <Around {...tied} name={name} label={label} hint={hint} optional={!required && !onChange}>
      <select
        {...tied.attributes}
        name={name}
        required={required}
        autocomplete={autoComplete as "on"}
        onChange={(event) => onChange?.(event.currentTarget.value)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {choices.map((one) => (
          <option key={one.value} value={one.value} selected={one.value === chosen}>
            {one.label}
          </option>
        ))}
      </select>
    </Around>
  );
}

/** On or off, at once. `onChange` may refuse by leaving `checked` as it is. */
export function Switch(props: {
  label: string;
  hint?: ComponentChildren;
  checked: boolean;
  disabled?: boolean;
  onChange: (wanted: boolean) => void;
}) {
  const id = useId();
  return (
    <div class="switch">
      <div>
        <span id={`${id}-label`} class="switch-label">
          {props.label}
        </span>
        {props.hint && (
          <span id={`${id}-hint`} class="hint">
            {props.hint}
          </span>
        )}
      </div>
      <button
        type="button"
        role="switch"
        class="toggle"
        aria-checked={props.checked}
        aria-labelledby={`${id}-label`}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        aria-disabled={props.disabled ? "true" : undefined}
        onClick={() => !props.disabled && props.onChange(!props.checked)}
      />
    </div>
  );
}

/** A few choices side by side, one of them chosen. */
export function Choices(props: {
  label: string;
  name: string;
  choices: Choice[];
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{props.label}</legend>
      {props.choices.map((one) => (
        <label key={one.value}>
          <input
            type="radio"
            name={props.name}
            value={one.value}
            checked={one.value === props.value}
            onChange={() => props.onChange(one.value)}
          />
          <span>{one.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

type Ties = {
  id: string;
  error: string | undefined;
  attributes: { id: string; "aria-invalid": "true" | undefined; "aria-describedby": string | undefined };
};

function useTies(name: string, hint: ComponentChildren, given: string | undefined): Ties {
  const id = useId();
  const error = useError(name) ?? given;
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ");
  const invalid = error ? ("true" as const) : undefined;
  const attributes = { id, "aria-invalid": invalid, "aria-describedby": described || undefined };
  return { id, error, attributes };
}

function Around(
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
