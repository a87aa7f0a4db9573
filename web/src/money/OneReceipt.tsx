/** One payment, to be printed or kept. */

import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import "./money.css";
import { Asked } from "../design/Asked";
import { Button, ButtonLink } from "../design/Button";
import { Card, Details, EmptyState } from "../design/Card";
import { Page } from "../design/Page";
import { day, money, sentence, time } from "../frame/formats";
import type { PageProps } from "../frame/router";
import { service } from "../frame/service";
import { me } from "../frame/session";
import type { Receipt } from "./Receipts";
import { moneyWords } from "./words";

const NOT_FOUND = 404;
const REFERENCE_DIGITS = 8;

export default function OneReceipt({ params: { id = "" } }: PageProps) {
  const words = moneyWords();
  const answer = useAnswer((signal) => find(id, signal), id);
  return (
    <Page title={words.receiptTitle} width="reading">
      <Asked answer={answer} lines={6} tall>
        {(receipt) =>
          receipt ? <Paper receipt={receipt} /> : <EmptyState icon="money" title={words.receiptUnknown} />
        }
      </Asked>
      <div class="actions on-screen">
        {answer.told.value && <Button onClick={() => print()}>{words.print}</Button>}
        <ButtonLink href="/money/receipts" kind="quiet">
          {words.receiptsTitle}
        </ButtonLink>
      </div>
    </Page>
  );
}

function Paper({ receipt }: { receipt: Receipt }) {
  const words = moneyWords();
  const { at, kind, payment_intent: reference } = receipt;
  return (
    <Card title={service.title}>
      <Details
        pairs={[
          [words.receiptNumber, <code key="number">{receipt.id}</code>],
          [words.paid, <time key="paid" dateTime={at}>{`${day(at)}, ${time(at)}`}</time>],
          [words.by, words.kinds[kind] ?? sentence(kind)],
          [words.reference, <code key="reference">{`… ${reference.slice(-REFERENCE_DIGITS)}`}</code>],
          [words.paidBy, <Payer key="payer" />],
          [words.soldBy, receipt.seller],
        ]}
      />
      <div class="receipt-lines">
        <Details
          pairs={[
            [words.creditBought(service.title), money(receipt.amount)],
            [words.tax, money(receipt.tax)],
            [words.total, <strong key="total">{money(receipt.total)}</strong>],
          ]}
        />
      </div>
      <p class="small muted">{words.receiptNote(money(receipt.amount))}</p>
    </Card>
  );
}

/** As the account knows them; a policy that asks for no name has the address alone. */
function Payer() {
  const { business_name, name, billing_address, email } = me.value ?? {};
  const lines = [business_name, name, ...(billing_address?.split("\n") ?? []), email].filter(Boolean);
  return (
    <>
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  );
}

/** Null when there is none. */
async function find(id: string, signal: AbortSignal): Promise<Receipt | null> {
  try {
    return await say(api.GET("/api/receipts/{id}", { params: { path: { id } }, signal }));
  } catch (thrown) {
    if (asProblem(thrown).status === NOT_FOUND) return null;
    throw thrown;
  }
}
