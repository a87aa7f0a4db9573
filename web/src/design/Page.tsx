/** What every page stands in: its heading, which takes the focus when the page turns, and the window's title. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { hasTurned } from "../frame/router";
import { service } from "../frame/service";

/** `width`: narrow for one form, reading for text, wide for tables. `hideTitle` leaves it to screen readers. */
export function Page(props: {
  title: string;
  width?: "narrow" | "reading" | "wide";
  hideTitle?: boolean;
  lead?: ComponentChildren;
  end?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  useEffect(() => {
    document.title = `${props.title} · ${service.title}`;
    if (hasTurned || !first.current) heading.current?.focus({ preventScroll: true });
    first.current = false;
  }, [props.title]);
  return (
    <div class={`page ${props.width ?? "wide"}`}>
      <header class={props.hideTitle ? "unseen" : "page-head"}>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {props.title}
          </h1>
          {props.lead && <p class="lead">{props.lead}</p>}
        </div>
        {props.end}
      </header>
      {props.children}
    </div>
  );
}
