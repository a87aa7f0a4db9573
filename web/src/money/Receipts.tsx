/** What was paid for credit. */

import { api, type Schema, say } from "../api/client";
import { moment, money, sentence } from "../frame/formats";
import { Listed } from "./Listed";
import { moneyWords } from "./words";

export type Receipt = Schema<"Receipt">;
const PART = 10;

export function Receipts() {
  const words = moneyWords();
  return (
    <Listed<Receipt>
      title={words.receiptsTitle}
      caption={words.receiptsCaption}
      empty={{ title: words.receiptsEmptyTitle, text: words.receiptsEmpty }}
      columns={columns()}
      ask={(cursor, signal) =>
        say(
          api.GET("/api/receipts", { params: { query: { limit: PART, ...(cursor && { cursor }) } }, signal }),
        )
      }
    />
  );
}

function columns() {
  const words = moneyWords();
  return [
    {
      title: words.paid,
      cell: ({ id, at }: Receipt) => (
        <a href={`/money/receipts/${id}`}>
          <time dateTime={at}>{moment(at)}</time>
        </a>
      ),
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
