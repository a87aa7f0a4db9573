/** Some views of one page, one of them shown. Arrow keys move between them. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

export function Tabs<Key extends string>(props: {
  label: string;
  tabs: { key: Key; title: string }[];
  shown: Key;
  onShow: (key: Key) => void;
  children: ComponentChildren;
}) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => bringIntoView(list.current), [props.shown]);

  function move(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = props.tabs.findIndex((tab) => tab.key === props.shown);
    const next = (at + step + props.tabs.length) % props.tabs.length;
    const tab = props.tabs[next];
    if (!tab) return;
    event.preventDefault(); // the arrow would scroll the list, too
    props.onShow(tab.key);
    (list.current?.children[next] as HTMLElement | undefined)?.focus();
  }

  return (
    <>
      <div class="tabs" role="tablist" aria-label={props.label} ref={list} onKeyDown={move}>
        {props.tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            aria-selected={tab.key === props.shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === props.shown ? 0 : -1}
            onClick={() => props.onShow(tab.key)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${props.shown}`}>
        {props.children}
      </div>
    </>
  );
}

/** Sideways alone: on a narrow screen the chosen one may stand beyond the edge. */
function bringIntoView(list: HTMLElement | null): void {
  const chosen = list?.querySelector('[aria-selected="true"]');
  if (!list || !chosen) return;
  const [outer, inner] = [list.getBoundingClientRect(), chosen.getBoundingClientRect()];
  list.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
