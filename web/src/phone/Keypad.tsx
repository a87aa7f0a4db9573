/** Twelve keys. A long press on 0 is a plus where one can be dialled. */

import { useRef } from "preact/hooks";
import { Icon } from "../design/icons";
import { phoneWords } from "./words";

const LETTERS: Record<string, string> = {
  2: "ABC",
  3: "DEF",
  4: "GHI",
  5: "JKL",
  6: "MNO",
  7: "PQRS",
  8: "TUV",
  9: "WXYZ",
};
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LONG_MILLISECONDS = 500;

/** `tones`: star and hash for a call, instead of a plus and an eraser for a number. */
export function Keypad({ tones, onPress }: { tones?: boolean; onPress: (key: string) => void }) {
  const words = phoneWords();
  const held = useRef(0);
  const wasHeld = useRef(false);
  const [left, right] = tones ? ["*", "#"] : ["+", "erase"];

  function hold(key: string) {
    wasHeld.current = false;
    if (tones || key !== "0") return;
    held.current = setTimeout(() => {
      wasHeld.current = true;
      onPress("+");
    }, LONG_MILLISECONDS);
  }

  const key = (name: string) => (
    <button
      key={name}
      type="button"
      aria-label={words.keys[name] ?? name}
      onPointerDown={() => hold(name)}
      onPointerUp={() => clearTimeout(held.current)}
      onPointerLeave={() => clearTimeout(held.current)}
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (!wasHeld.current) onPress(name);
        wasHeld.current = false;
      }}
    >
      {name === "erase" ? <Icon name="erase" /> : <span>{name}</span>}
      <small aria-hidden="true">{name === "0" && !tones ? "+" : (LETTERS[name] ?? "")}</small>
    </button>
  );
  return (
    <fieldset class="keypad">
      <legend class="unseen">{words.keypad}</legend>
      {[...DIGITS, left ?? "", "0", right ?? ""].map(key)}
    </fieldset>
  );
}
