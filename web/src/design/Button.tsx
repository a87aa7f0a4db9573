/** Buttons, and links that look like one. */

import type { ComponentChildren } from "preact";
import { Icon } from "./icons";

type Look = {
  kind?: "primary" | "quiet" | "danger" | "link";
  icon?: Icon;
  wide?: boolean;
  small?: boolean;
  children: ComponentChildren;
};

type ButtonProps = Look & {
  type?: "button" | "submit";
  /** Busy buttons keep their place and their focus, and do nothing. */
  busy?: boolean;
  disabled?: boolean;
  label?: string;
  describedBy?: string;
  onClick?: (event: MouseEvent) => void;
  id?: string;
  class?: string;
  autoFocus?: boolean;
};

export function Button(props: ButtonProps) {
  const { type = "button", busy, disabled, label, describedBy, onClick, ...look } = props;
  return (
    <button
      id={props.id}
      type={type}
      class={classes(look, props.class)}
      aria-disabled={busy || disabled ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      aria-label={label}
      aria-describedby={describedBy}
      autofocus={Boolean(props.autoFocus)}
      onClick={(event) => {
        if (busy || disabled) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {look.icon && <Icon name={look.icon} size={20} />}
      {look.children}
    </button>
  );
}

export function ButtonLink({ href, download, ...look }: Look & { href: string; download?: string }) {
  return (
    <a class={classes(look)} href={href} download={download}>
      {look.icon && <Icon name={look.icon} size={20} />}
      {look.children}
    </a>
  );
}

/** A round button with a picture alone; `label` is its name. */
export function IconButton(props: {
  icon: Icon;
  label: string;
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-disabled={props.disabled ? "true" : undefined}
      onClick={() => !props.disabled && props.onClick()}
    >
      <Icon name={props.icon} />
    </button>
  );
}

function classes({ kind = "primary", wide, small }: Omit<Look, "children">, more?: unknown): string {
  return ["button", kind, wide && "wide", small && "small", typeof more === "string" && more]
    .filter(Boolean)
    .join(" ");
}
