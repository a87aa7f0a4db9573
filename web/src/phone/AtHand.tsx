/** Whom one calls: favourites, and the last calls, each a tap away from being dialled. */

import { useEffect } from "preact/hooks";
import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Alert } from "../design/Banner";
import { Button } from "../design/Button";
import { Card, EmptyState, Skeleton } from "../design/Card";
import { country, moment, phoneNumber } from "../frame/formats";
import { learnNumbering } from "../frame/numbering";
import { useSignal, useSignalEffect } from "../frame/signals";
import { frameWords } from "../frame/words";
import { type CallRecord, isLive, placed } from "./call";
import { dial } from "./dialled";
import { favourites, refreshFavourites } from "./favourites";
import { Star } from "./Star";
import { phoneWords } from "./words";

const LAST = 5;

export function AtHand() {
  const words = phoneWords();
  return (
    <div class="stack at-hand">
      <Card title={words.favourites}>
        <Favourites />
      </Card>
      <Card title={words.lastCalls} end={<a href="/history">{words.allCalls}</a>}>
        <LastCalls />
      </Card>
    </div>
  );
}

function Favourites() {
  const words = phoneWords();
  const alarm = useLoading(refreshFavourites);
  const numbers = favourites.value;
  if (alarm.text) return <Failed {...alarm} />;
  if (!numbers) return <Skeleton tall lines={1} />;
  if (!numbers.length) return <p class="muted">{words.noFavourites}</p>;
  return (
    <ul class="whom-list">
      {numbers.map((number) => (
        <li key={number}>
          <Dial number={number} />
          <Star number={number} />
        </li>
      ))}
    </ul>
  );
}

function LastCalls() {
  const words = phoneWords();
  const calls = useSignal<CallRecord[] | undefined>(undefined);
  const load = async () => {
    const asked = api.GET("/api/calls", { params: { query: { limit: LAST } } });
    const [told] = await Promise.all([say(asked), learnNumbering()]);
    calls.value = told.items;
  };
  const alarm = useLoading(load);
  useSignalEffect(() => {
    // A call that has its record belongs to the list.
    if (placed.value?.phase === "ended" && placed.value.record) load().catch(asProblem);
  });
  if (alarm.text) return <Failed {...alarm} />;
  if (!calls.value) return <Skeleton tall lines={3} />;
  if (!calls.value.length) {
    return (
      <EmptyState icon="phone" title={words.noCalls}>
        <p>{words.noCallsLead}</p>
      </EmptyState>
    );
  }
  return (
    <ul class="whom-list">
      {calls.value.map((call) => (
        <li key={call.id}>
          <Dial number={call.to} more={`${country(call.country)} · ${moment(call.at)}`} />
          <Star number={call.to} />
        </li>
      ))}
    </ul>
  );
}

function Dial({ number, more }: { number: string; more?: string }) {
  const words = phoneWords();
  return (
    <button
      type="button"
      class="dial"
      aria-disabled={isLive.value ? "true" : undefined}
      onClick={() => dial(number)}
    >
      <span class="unseen">{words.dial} </span>
      <strong>{phoneNumber(number)}</strong>
      {more && <span class="muted small">{more}</span>}
    </button>
  );
}

/** Loads when it is shown; `again` after a failure. */
function useLoading(load: () => Promise<void>) {
  const text = useSignal("");
  const again = () => {
    text.value = "";
    load().catch((thrown) => {
      text.value = asProblem(thrown).message;
    });
  };
  useEffect(again, []);
  return { text: text.value, again };
}

function Failed({ text, again }: { text: string; again: () => void }) {
  return (
    <div class="stack">
      <Alert text={text} />
      <div>
        <Button kind="quiet" small onClick={again}>
          {frameWords().tryAgain}
        </Button>
      </div>
    </div>
  );
}
