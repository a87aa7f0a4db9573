/** Pictures of one stroke, 24 by 24. They say nothing by themselves: words stand beside them or label them. */

import sprite from "./icons.svg?url";

/** A symbol of icons.svg. */
export type Icon =
  | "phone"
  | "hangUp"
  | "history"
  | "insights"
  | "money"
  | "numbers"
  | "privacy"
  | "settings"
  | "more"
  | "close"
  | "check"
  | "alert"
  | "info"
  | "offline"
  | "mail"
  | "search"
  | "download"
  | "star"
  | "microphone"
  | "muted"
  | "home"
  | "keypad"
  | "erase"
  | "outgoing"
  | "incoming"
  | "trash";

export function Icon({ name, size = 24 }: { name: Icon; size?: number }) {
  return (
    <svg class="icon" width={size} height={size} aria-hidden="true" focusable="false">
      <use href={`${sprite}#${name}`} />
    </svg>
  );
}
