/** One call, and how its price came about. */

import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Button, ButtonLink } from "../design/Button";
import { Card, Details } from "../design/Card";
import { Page } from "../design/Page";
import { country, length, moment, money, number, phoneNumber } from "../frame/formats";
import type { PageProps } from "../frame/router";
import { isLive } from "../phone/call";
import { steps } from "../phone/cost";
import { dial } from "../phone/dialled";
import { Outcome } from "./History";
import "./history.css";
import type { PastCall } from "./past";
import { historyWords } from "./words";

export default function Call({ params }: PageProps) {
  const words = historyWords();
  const path = { id: params.id ?? "" };
  const answer = useAnswer((signal) => say(api.GET("/api/calls/{id}", { params: { path }, signal })));
  const known = answer.told.value;
  return (
    <Page
      title={known ? phoneNumber(known.to) : words.callTitle}
      lead={known ? `${country(known.country)} · ${moment(known.at)}` : "\u00a0"}
      width="reading"
      end={
        known && (
          <Button icon="phone" disabled={isLive.value} onClick={() => dial(known.to)}>
            {words.again}
          </Button>
        )
      }
    >
      <Asked answer={answer} lines={4} tall>
        {(call) => (
          <>
            <Arithmetic call={call} />
            <Rest call={call} />
          </>
        )}
      </Asked>
      <div>
        <ButtonLink href="/history" kind="link">
          {words.back}
        </ButtonLink>
      </div>
    </Page>
  );
}

/** The sum as one would write it on paper. */
function Arithmetic({ call }: { call: PastCall }) {
  const words = historyWords();
  const { rate } = call;
  const amount = (amount_micros: number) => money({ amount_micros, currency: rate.currency });
  if (call.state === "live") return <Card title={words.arithmetic}>{words.stillLive}</Card>;
  if (!call.duration_seconds) return <Card title={words.arithmetic}>{words.free}</Card>;
  const talk = call.cost.amount_micros - rate.connect_fee_micros;
  const isRounded = (rate.price_micros * call.billed_seconds) % 60 > 0;
  return (
    <Card title={words.arithmetic}>
      <table class="sum">
        <tbody>
          {rate.connect_fee_micros > 0 && (
            <tr>
              <th scope="row">{words.connect}</th>
              <td>{amount(rate.connect_fee_micros)}</td>
            </tr>
          )}
          <tr>
            <th scope="row">
              {length(call.billed_seconds)} × {amount(rate.price_micros)} / 1&nbsp;min
              {isRounded && <span class="muted small"> ({words.rounded})</span>}
            </th>
            <td>{amount(talk)}</td>
          </tr>
          <tr class="total">
            <th scope="row">{words.total}</th>
            <td>{money(call.cost)}</td>
          </tr>
        </tbody>
      </table>
    </Card>
  );
}

function Rest({ call }: { call: PastCall }) {
  const words = historyWords();
  return (
    <Card title={words.details}>
      <Details
        pairs={[
          [words.outcome, <Outcome key="outcome" call={call} />],
          [words.duration, length(call.duration_seconds)],
          [words.billed, call.billed_seconds > 0 && length(call.billed_seconds)],
          [words.steps, steps(call.rate, words)],
          [words.ended, call.ended_at && moment(call.ended_at)],
          [words.limit, call.limit_seconds && length(call.limit_seconds)],
          [words.shown, phoneNumber(call.from)],
          [words.quality, call.quality && words.mos(number(call.quality.mos_hundredths / 100))],
          [words.deck, call.rate.deck_version],
          [words.id, call.id],
        ]}
      />
    </Card>
  );
}
