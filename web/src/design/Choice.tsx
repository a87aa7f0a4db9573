/** Fields beside one line of text: some lines, one of some, on or off. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Around, type Told, useTies } from "./Around";

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
  label: ComponentChildren;
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
