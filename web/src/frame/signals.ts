/**
 * Values that are followed: whoever reads one while being drawn is drawn again when it changes.
 *
 * What is used of @preact/signals, whose two packages would be a fifth of the sign-in page's script.
 */

import { type ComponentChildren, Fragment, options } from "preact";
import { useEffect, useReducer, useState } from "preact/hooks";

export type ReadonlySignal<Value> = { readonly value: Value };
export type Signal<Value> = {
  /** Reading it follows it. */
  value: Value;
  /** Called at once and with every change, until what this returns is called. */
  subscribe: (told: (value: Value) => void) => () => void;
};

type Component = (this: unknown, props: object, context: unknown) => ComponentChildren;

let reader: Reader | undefined;

/** What is done again when something changes that it read the last time. */
class Reader {
  private readonly sources = new Set<Set<Reader>>();

  constructor(readonly again: () => void) {}

  reads<Read>(read: () => Read): Read {
    this.stop();
    return as(this, read);
  }

  follow(readers: Set<Reader>): void {
    readers.add(this);
    this.sources.add(readers);
  }

  stop(): void {
    for (const readers of this.sources) readers.delete(this);
    this.sources.clear();
  }
}

function as<Read>(who: Reader | undefined, read: () => Read): Read {
  const before = reader;
  reader = who;
  try {
    return read();
  } finally {
    reader = before;
  }
}

export function signal<Value>(value: Value): Signal<Value> {
  const readers = new Set<Reader>();
  const made = {
    get value() {
      reader?.follow(readers);
      return value;
    },
    set value(wanted) {
      if (Object.is(wanted, value)) return;
      value = wanted;
      // Who has read it anew meanwhile, or reads it no more, is told no second time.
      for (const one of [...readers]) if (readers.has(one)) one.again();
    },
    subscribe: (told: (value: Value) => void) =>
      effect(() => {
        const now = made.value;
        as(undefined, () => told(now));
      }),
  };
  return made;
}

/** Made from others whenever it is read. */
export function computed<Value>(make: () => Value): ReadonlySignal<Value> {
  return {
    get value() {
      return make();
    },
  };
}

/** Do something now, and whenever a value changes that it reads; ends by what it returns. */
export function effect(act: () => void): () => void {
  const mine = new Reader(() => mine.reads(act));
  mine.again();
  return () => mine.stop();
}

/** A component's own value. */
export function useSignal<Value>(value: Value): Signal<Value> {
  return useState(() => signal(value))[0];
}

/** An effect for as long as a component is on show. */
export function useSignalEffect(act: () => void): void {
  useEffect(() => effect(act), []);
}

const drawn = new WeakMap<Component, Component>();
const { vnode: before } = options;

options.vnode = (node) => {
  const type = node.type as unknown;
  if (typeof type === "function" && type !== Fragment) node.type = following(type as Component) as never;
  before?.(node);
};

function following(component: Component): Component {
  let made = drawn.get(component);
  if (!made) {
    made = function (props, context) {
      const [, redraw] = useReducer((times: number) => times + 1, 0);
      const [mine] = useState(() => new Reader(() => redraw(undefined)));
      useEffect(() => () => mine.stop(), []);
      return mine.reads(() => component.call(this, props, context));
    };
    drawn.set(component, made).set(made, made);
  }
  return made;
}
