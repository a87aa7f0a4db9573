/** What every page stands in: its heading, which takes the focus when the page turns, and the window's title. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { service } from "../frame/service";

/** `width`: narrow for one form, reading for text, wide for tables. */
export function Page(props: {
  title: string;
  width?: "narrow" | "reading" | "wide";
  lead?: ComponentChildren;
  end?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useHeading(props.title);
  return (
    <div class={`page ${props.width ?? "wide"}`}>
      <header class="page-head">
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

let isFirst = true;

/** Name the window after a page, and bring who comes from another one to its heading. */
export function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${service.title}`;
  }, [title]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus({ preventScroll: true });
    isFirst = false;
  }, []);
  return heading;
}
