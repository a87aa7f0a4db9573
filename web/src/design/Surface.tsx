/** A surface; apart from what lies on it, so that signing in loads it alone. */

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** A surface; with a title it is a region of its own. `end` stands opposite the title. */
export function Card(props: {
  title?: string;
  end?: ComponentChildren;
  tone?: "plain" | "accent" | "danger";
  id?: string;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section
      class={`card ${props.tone ?? "plain"}`}
      id={props.id}
      aria-labelledby={props.title ? id : undefined}
    >
      {(props.title || props.end) && (
        <div class="heading">
          {props.title && <h2 id={id}>{props.title}</h2>}
          {props.end}
        </div>
      )}
      {props.children}
    </section>
  );
}
