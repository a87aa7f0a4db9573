/** How a call ended, in words, and what it cost. */

import { useEffect, useRef } from "preact/hooks";
import { Button } from "../design/Button";
import { length, money, phoneNumber } from "../frame/formats";
import type { Placed } from "./call";
import { dial } from "./dialled";
import { LowCredit } from "./LowCredit";
import { Star } from "./Star";
import { phoneWords } from "./words";

export function Ended({ call }: { call: Placed }) {
  const words = phoneWords();
  const card = useRef<HTMLElement>(null);
  useEffect(() => card.current?.focus(), []);
  return (
    <section class="card calling ended" ref={card} tabIndex={-1} aria-label={words.ended}>
      <div class="whom">
        <p class="to">{phoneNumber(call.to)}</p>
        <p class="state">{words.phases.ended}</p>
      </div>
      <div class="outcome stack" role="status">
        {sentences(call).map((one) => (
          <p key={one}>{one}</p>
        ))}
      </div>
      <LowCredit />
      {call.record?.arithmetic && call.record.cost.amount_micros > 0 && (
        <p class="small muted">
          <a href={`/history/${call.record.id}`}>{words.arithmetic}</a>
        </p>
      )}
      <div class="row">
        <Button icon="phone" onClick={() => dial(call.to)}>
          {words.again}
        </Button>
        <Button kind="quiet" onClick={() => dial("")}>
          {words.another}
        </Button>
        <Star number={call.to} />
      </div>
    </section>
  );
}

function sentences({ record, isRefused, untold, fault, id }: Placed): string[] {
  const words = phoneWords();
  const why = fault ? [words.faults[fault]] : [];
  if (!id || isRefused) return [...(fault ? why : [words.refused]), words.free];
  if (untold) return [...why, untold];
  if (!record || record.state === "live") return [...why, words.settling];
  const cost = record.cost.amount_micros ? words.cost(money(record.cost)) : words.free;
  if (record.duration_seconds) return [...why, words.lasted(length(record.duration_seconds)), cost];
  return [...why, words.outcomes[record.outcome ?? ""] ?? words.outcomes.failed ?? "", cost];
}
