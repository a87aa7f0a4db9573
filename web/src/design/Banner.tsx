/** Sentences that stand out: news, warnings and what went wrong. */

import type { ComponentChildren } from "preact";
import { Icon } from "./icons";

const ICONS = { info: "info", good: "check", warning: "alert", bad: "alert" } as const;

/** Read aloud when it appears, politely; `bad` at once. */
export function Banner(props: {
  kind?: keyof typeof ICONS;
  title?: string;
  lang?: string | undefined;
  children: ComponentChildren;
}) {
  const { kind = "info" } = props;
  return (
    <div class={`banner ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      <Icon name={ICONS[kind]} size={20} />
      <div lang={props.lang}>
        {props.title && <strong>{props.title}</strong>}
        {props.children}
      </div>
    </div>
  );
}

/** What went wrong, in one sentence; nothing without one. `lang` where it is not the page's. */
export function Alert({ text, lang }: { text: string; lang?: string | undefined }) {
  if (!text) return null;
  return (
    <Banner kind="bad" lang={lang}>
      {text}
    </Banner>
  );
}
