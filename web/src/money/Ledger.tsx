/** Every movement of the credit. */

import { api, type Schema, say } from "../api/client";
import { moment, money, sentence, words as spoken } from "../frame/formats";
import { offers } from "../frame/service";
import { Listed } from "./Listed";
import { moneyWords } from "./words";

type Entry = Schema<"LedgerEntry">;
const PART = 20;

export function Ledger() {
  const words = moneyWords();
  return (
    <Listed<Entry>
      title={words.movements}
      caption={words.ledgerCaption}
      note={<p class="muted small">{words.ledgerNote}</p>}
      empty={{ title: words.ledgerEmptyTitle, text: words.ledgerEmpty }}
      lines={6}
      columns={columns()}
      ask={(cursor, signal) =>
        say(api.GET("/api/ledger", { params: { query: { limit: PART, ...(cursor && { cursor }) } }, signal }))
      }
    />
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
