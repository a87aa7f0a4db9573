/** What an answer is shown in: its place while it is on the way, why it did not come, and then itself. */

import type { ComponentChildren } from "preact";
import type { Answer, Pages } from "../api/asking";
import { frameWords } from "../frame/words";
import { Alert } from "./Banner";
import { Button } from "./Button";
import { Skeleton } from "./Card";

type Waiting = { lines?: number; tall?: boolean };

/** One answer. What was told before stays on show beside a failure. */
export function Asked<Told>(
  props: Waiting & { answer: Answer<Told>; children: (told: Told) => ComponentChildren },
) {
  const { told, problem, look } = props.answer;
  return (
    <>
      {problem.value && <Failure text={problem.value} onTry={look} />}
      {told.value !== undefined && props.children(told.value)}
      {told.value === undefined && !problem.value && (
        <Skeleton lines={props.lines ?? 3} tall={Boolean(props.tall)} />
      )}
    </>
  );
}

/** A list that comes in parts, with a button for the next one. */
export function AskedPages<Item>(
  props: Waiting & { pages: Pages<Item>; more: string; children: (items: Item[]) => ComponentChildren },
) {
  const { told, problem, hasMore, busy, more, again } = props.pages;
  return (
    <>
      {told.value && props.children(told.value)}
      {!told.value && !problem.value && <Skeleton lines={props.lines ?? 4} tall={props.tall ?? true} />}
      {problem.value && <Failure text={problem.value} onTry={again} />}
      {hasMore.value && !problem.value && (
        <div>
          <Button kind="quiet" busy={busy.value} onClick={() => void more()}>
            {props.more}
          </Button>
        </div>
      )}
    </>
  );
}

/** Why something did not come, and a button to try again. */
export function Failure({ text, onTry }: { text: string; onTry: () => Promise<void> }) {
  return (
    <div class="stack">
      <Alert text={text} />
      <div>
        <Button kind="quiet" small onClick={() => void onTry()}>
          {frameWords().tryAgain}
        </Button>
      </div>
    </div>
  );
}
