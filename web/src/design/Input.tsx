/** One line of text with its label; apart from the other fields, so that signing in loads it alone. */

import { useSignal } from "../frame/signals";
import { frameWords } from "../frame/words";
import { Around, type Told, useTies } from "./Around";

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
