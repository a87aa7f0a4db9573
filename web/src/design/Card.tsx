/** Surfaces, and the small things that lie on them. */

import type { ComponentChildren } from "preact";
import { Icon } from "./icons";

export { Card } from "./Surface";

export function Badge(props: { kind?: "plain" | "good" | "warning" | "bad"; children: ComponentChildren }) {
  return <span class={`badge ${props.kind ?? "plain"}`}>{props.children}</span>;
}

/** What stands where a list has nothing yet: what will be here, and how to begin. */
export function EmptyState(props: { icon: Icon; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={props.icon} size={28} />
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}

/** How much of something there is, from 0 to 1, in words, too. */
export function Meter(props: {
  label: string;
  value: number;
  told: string;
  kind?: "good" | "warning" | "bad";
}) {
  const share = Math.min(1, Math.max(0, props.value));
  return (
    <div class={`meter ${props.kind ?? "good"}`}>
      <div class="heading">
        <span>{props.label}</span>
        <span>{props.told}</span>
      </div>
      <meter min={0} max={1} value={share} aria-label={props.label}>
        {props.told}
      </meter>
    </div>
  );
}

/** Terms and what they are; pairs without a value are left out. */
export function Details({ pairs }: { pairs: [string, ComponentChildren][] }) {
  const told = pairs.filter(
    ([, value]) => value !== undefined && value !== null && value !== "" && value !== false,
  );
  return (
    <dl class="details">
      {told.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Keeps the place of what is being loaded, so that nothing jumps; `lines` of text, or a height. */
export function Skeleton({ lines = 3, tall }: { lines?: number; tall?: boolean }) {
  return (
    <div class={tall ? "skeleton tall" : "skeleton"} aria-hidden="true">
      {Array.from({ length: lines }, (_, at) => (
        <span key={at} />
      ))}
    </div>
  );
}
