/** Whom one calls: favourites, and the last calls, each a tap away from being dialled. */

import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Card, EmptyState } from "../design/Card";
import { country, moment, phoneNumber } from "../frame/formats";
import { learnNumbering } from "../frame/numbering";
import { useSignalEffect } from "../frame/signals";
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
  const answer = useAnswer(refreshFavourites);
  return (
    <Asked answer={answer} lines={1} tall>
      {(told) => <Kept numbers={favourites.value ?? told} />}
    </Asked>
  );
}

function Kept({ numbers }: { numbers: string[] }) {
  if (!numbers.length) return <p class="muted">{phoneWords().noFavourites}</p>;
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
  const answer = useAnswer(async (signal) => {
    const asked = api.GET("/api/calls", { params: { query: { limit: LAST } }, signal });
    const [told] = await Promise.all([say(asked), learnNumbering()]);
    return told.items;
  });
  useSignalEffect(() => {
    // A call that has its record belongs to the list.
    if (placed.value?.phase === "ended" && placed.value.record) void answer.look();
  });
  return (
    <Asked answer={answer} lines={3} tall>
      {(calls) => <Called calls={calls} />}
    </Asked>
  );
}

function Called({ calls }: { calls: CallRecord[] }) {
  const words = phoneWords();
  if (!calls.length) {
    return (
      <EmptyState icon="phone" title={words.noCalls}>
        <p>{words.noCallsLead}</p>
      </EmptyState>
    );
  }
  return (
    <ul class="whom-list">
      {calls.map((call) => (
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
