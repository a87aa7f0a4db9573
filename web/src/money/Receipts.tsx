/** What was paid for credit. */

import { usePages } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { AskedPages } from "../design/Asked";
import { Card, EmptyState } from "../design/Card";
import { Table } from "../design/Table";
import { moment, money, sentence } from "../frame/formats";
import { moneyWords } from "./words";

type Receipt = Schema<"Receipt">;
const PART = 10;

export function Receipts() {
  const words = moneyWords();
  const pages = usePages<Receipt>((cursor, signal) =>
    say(api.GET("/api/receipts", { params: { query: { limit: PART, ...(cursor && { cursor }) } }, signal })),
  );
  return (
    <Card title={words.receiptsTitle}>
      <AskedPages pages={pages} more={words.more}>
        {(receipts) =>
          receipts.length ? (
            <Table
              caption={words.receiptsCaption}
              columns={columns()}
              rows={receipts}
              keyOf={({ id }) => id}
            />
          ) : (
            <EmptyState icon="money" title={words.receiptsEmptyTitle}>
              <p>{words.receiptsEmpty}</p>
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
    {
      title: words.paid,
      cell: ({ at }: Receipt) => <time dateTime={at}>{moment(at)}</time>,
      head: true,
    },
    { title: words.by, cell: ({ kind }: Receipt) => words.kinds[kind] ?? sentence(kind) },
    { title: words.net, end: true, cell: ({ amount }: Receipt) => money(amount) },
    { title: words.tax, end: true, cell: ({ tax }: Receipt) => money(tax) },
    { title: words.total, end: true, cell: ({ total }: Receipt) => money(total) },
    {
      title: words.reference,
      cell: ({ payment_intent }: Receipt) => <code class="small">{payment_intent}</code>,
    },
  ];
}
