/** Answers as a page holds them: one, or a list that comes in parts. */

import { useEffect, useRef } from "preact/hooks";
import { type Signal, useSignal } from "../frame/signals";
import { asProblem } from "./problem";

/** `told` stays on show while it is asked for again; `problem` is why it could not be had, and may be shown. */
export type Answer<Told> = {
  told: Signal<Told | undefined>;
  problem: Signal<string>;
  look: () => Promise<void>;
};

/** Ask when the page is shown, and again when `what` changes or by `look()`; what is overtaken is dropped. */
export function useAnswer<Told>(ask: (signal: AbortSignal) => Promise<Told>, what = ""): Answer<Told> {
  const [told, problem] = [useSignal<Told | undefined>(undefined), useSignal("")];
  const latest = useRef<AbortController | undefined>(undefined);
  const look = async () => {
    latest.current?.abort();
    const mine = new AbortController();
    latest.current = mine;
    try {
      const answer = await ask(mine.signal);
      if (mine.signal.aborted) return;
      told.value = answer;
      problem.value = "";
    } catch (thrown) {
      if (!mine.signal.aborted) problem.value = asProblem(thrown).message;
    }
  };
  useEffect(() => {
    void look();
    return () => latest.current?.abort();
  }, [what]);
  return { told, problem, look };
}

/** While it is on, look again so long after the last look has ended, unless nobody would see it. */
export function useLooks(look: () => Promise<void>, isOn: boolean, pauseMilliseconds: number): void {
  useEffect(() => {
    if (!isOn) return;
    let timer = 0;
    const wait = () => {
      timer = setTimeout(async () => {
        const mine = timer;
        if (document.visibilityState === "visible") await look();
        if (timer === mine) wait();
      }, pauseMilliseconds);
    };
    wait();
    return () => {
      clearTimeout(timer);
      timer = 0;
    };
  }, [isOn]);
}

export type Part<Item> = { items: Item[]; next_cursor?: string | null };
export type Pages<Item> = Answer<Item[]> & {
  hasMore: Signal<boolean>;
  busy: Signal<boolean>;
  more: () => Promise<void>;
  /** Once more what failed: a next part, or all anew. */
  again: () => Promise<void>;
};

/** A list that comes in parts: `more()` brings the next, `look()` begins anew. */
export function usePages<Item>(
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Part<Item>>,
  what = "",
): Pages<Item> {
  const cursor = useRef<string | undefined>(undefined);
  const [hasMore, busy] = [useSignal(false), useSignal(false)];
  const isPart = useRef(false);
  const first = useAnswer(async (signal) => {
    isPart.current = false;
    return keep(await ask(undefined, signal));
  }, what);

  function keep(part: Part<Item>): Item[] {
    cursor.current = part.next_cursor ?? undefined;
    hasMore.value = Boolean(part.next_cursor);
    return part.items;
  }

  async function more() {
    if (busy.value || !cursor.current) return;
    busy.value = true;
    isPart.current = true;
    const asked = cursor.current;
    try {
      const part = await ask(asked, new AbortController().signal);
      if (cursor.current === asked) first.told.value = [...(first.told.value ?? []), ...keep(part)];
      first.problem.value = "";
    } catch (thrown) {
      first.problem.value = asProblem(thrown).message;
    } finally {
      busy.value = false;
    }
  }
  const again = () => (isPart.current ? more() : first.look());
  return { ...first, hasMore, busy, more, again };
}

/** Look until `isDone` of what is told, in growing pauses; undefined when that took too long or the page went. */
export async function lookUntil<Told>(
  look: () => Promise<Told>,
  isDone: (told: Told) => boolean,
  { signal, pauses }: { signal: AbortSignal; pauses: number[] },
): Promise<Told | undefined> {
  for (const pause of pauses) {
    const told = await look().catch((thrown) => {
      if (asProblem(thrown).status) throw thrown; // else we were offline for a moment
      return undefined;
    });
    if (signal.aborted) return undefined;
    if (told !== undefined && isDone(told)) return told;
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return undefined;
  }
  return undefined;
}
