/** Every movement of the credit. */

import { usePages } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { AskedPages } from "../design/Asked";
import { Card, EmptyState } from "../design/Card";
import { Table } from "../design/Table";
import { moment, money, sentence, words as spoken } from "../frame/formats";
import { offers } from "../frame/service";
import { moneyWords } from "./words";

type Entry = Schema<"LedgerEntry">;
const PART = 20;

export function Ledger() {
  const words = moneyWords();
  const pages = usePages<Entry>((cursor, signal) =>
    say(api.GET("/api/ledger", { params: { query: { limit: PART, ...(cursor && { cursor }) } }, signal })),
  );
  return (
    <Card title={words.movements}>
      <AskedPages pages={pages} more={words.more} lines={6}>
        {(entries) =>
          entries.length ? (
            <>
              <p class="muted small">{words.ledgerNote}</p>
              <Table
                caption={words.ledgerCaption}
                columns={columns()}
                rows={entries}
                keyOf={({ id }) => id}
              />
            </>
          ) : (
            <EmptyState icon="money" title={words.ledgerEmptyTitle}>
              <p>{words.ledgerEmpty}</p>
            </EmptyState>
          )
        }
      </AskedPages>
    </Card>
  );
}

function columns() {
  const words = moneyWords();
  return [
    { title: words.what, cell: (entry: Entry) => <What entry={entry} />, head: true },
    { title: words.when, cell: ({ at }: Entry) => <time dateTime={at}>{moment(at)}</time> },
    {
      title: words.amount,
      end: true,
      cell: ({ amount }: Entry) => (
        <span class={amount.amount_micros > 0 ? "gain" : undefined}>
          {amount.amount_micros > 0 ? "+" : ""}
          {money(amount)}
        </span>
      ),
    },
    { title: words.after, end: true, cell: (entry: Entry) => money(entry.balance_after) },
  ];
}

function What({ entry }: { entry: Entry }) {
  const words = moneyWords();
  const kind = words.ledgerKinds[entry.kind] ?? sentence(spoken(entry.kind));
  if (!entry.cause.startsWith("call_") || !offers("calling")) return <>{kind}</>;
  return <a href={`/history/${entry.cause}`}>{kind}</a>;
}
