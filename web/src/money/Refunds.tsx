/** Unused credit that goes back to how it was paid. */

import { useRef } from "preact/hooks";
import { usePages } from "../api/asking";
import { api, once, type Schema, say } from "../api/client";
import { AskedPages } from "../design/Asked";
import { Button } from "../design/Button";
import { Badge, Card } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { Form } from "../design/Form";
import { Table } from "../design/Table";
import { credit, moment, money } from "../frame/formats";
import { balance, refreshBalance } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { AmountField, micros, refused } from "./AmountField";
import { moneyWords } from "./words";

type Refund = Schema<"Refund">;
const PART = 10;
const BADGES: Record<string, "good" | "warning" | "bad"> = {
  succeeded: "good",
  pending: "warning",
  failed: "bad",
};

export function Refunds() {
  const words = moneyWords();
  const isAsking = useSignal(false);
  const pages = usePages<Refund>((cursor, signal) =>
    say(api.GET("/api/refunds", { params: { query: { limit: PART, ...(cursor && { cursor }) } }, signal })),
  );
  const available = balance.value?.available;
  const isAble = Boolean(available && available.amount_micros >= 10_000);
  return (
    <Card title={words.refundTitle}>
      <p class="muted">{words.refundWhat}</p>
      {available && !isAble && <p>{words.refundNothing}</p>}
      <div>
        <Button
          kind="quiet"
          disabled={!isAble}
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {words.refundAsk}
        </Button>
      </div>
      <h3>{words.refundsTitle}</h3>
      <AskedPages pages={pages} more={words.more} lines={1}>
        {(refunds) =>
          refunds.length ? (
            <Table caption={words.refundsCaption} columns={columns()} rows={refunds} keyOf={({ id }) => id} />
          ) : (
            <p class="muted">{words.refundsEmpty}</p>
          )
        }
      </AskedPages>
      {isAsking.value && (
        <Asking
          onEnd={() => {
            isAsking.value = false;
            void pages.look();
          }}
        />
      )}
    </Card>
  );
}

function Asking({ onEnd }: { onEnd: () => void }) {
  const words = moneyWords();
  const key = useRef(crypto.randomUUID());
  const available = balance.value?.available ?? { amount_micros: 0, currency: "USD" };

  async function ask({ amount_micros: text = "" }: Record<string, string>) {
    const wanted = text.trim() ? micros("amount_micros", text, { isSold: false }) : null;
    if (wanted !== null && wanted > available.amount_micros) {
      throw refused("amount_micros", words.refundTooMuch(credit(available)));
    }
    const body = wanted === null ? {} : { amount_micros: wanted };
    const refund = await say(api.POST("/api/refunds", { params: once(key.current), body }));
    await refreshBalance();
    tell(words.refundMade(money(refund.amount)));
    onEnd();
  }

  return (
    <Dialog title={words.refundTitle} onClose={onEnd}>
      <Form
        submit={words.refundConfirm}
        onSubmit={ask}
        actions={
          <Button kind="quiet" onClick={onEnd}>
            {words.cancel}
          </Button>
        }
      >
        <p class="muted">{words.refundSure}</p>
        <AmountField
          name="amount_micros"
          label={words.refundAmount(available.currency)}
          hint={words.refundAll(credit(available))}
          onInput={() => {
            key.current = crypto.randomUUID();
          }}
        />
      </Form>
    </Dialog>
  );
}

function columns() {
  const words = moneyWords();
  return [
    { title: words.when, cell: ({ at }: Refund) => <time dateTime={at}>{moment(at)}</time>, head: true },
    {
      title: words.state,
      cell: ({ state }: Refund) => (
        <Badge kind={BADGES[state] ?? "plain"}>{words.refundStates[state] ?? state}</Badge>
      ),
    },
    { title: words.amount, end: true, cell: ({ amount }: Refund) => money(amount) },
  ];
}
