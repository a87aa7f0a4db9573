/** What calls to each country came to. */

import type { Schema } from "../api/client";
import { Table } from "../design/Table";
import { country, money, number } from "../frame/formats";
import { minutes, type SumOf } from "./sums";
import { insightWords } from "./words";

export function Countries({ summary }: { summary: Schema<"CallSummary"> }) {
  const words = insightWords();
  const all = summary.total.cost.amount_micros;
  const share = ({ cost }: SumOf) => (all ? cost.amount_micros / all : 0);
  return (
    <Table
      caption={words.countryCaption}
      rows={[...summary.items].sort((one, other) => other.cost.amount_micros - one.cost.amount_micros)}
      keyOf={({ key }) => key}
      columns={[
        { title: words.country, cell: ({ key }) => country(key), head: true },
        { title: words.calls, cell: ({ calls }) => number(calls), end: true },
        { title: words.minutes, cell: (sum) => number(minutes(sum)), end: true },
        { title: words.cost, cell: ({ cost }) => money(cost), end: true },
        {
          title: words.share,
          cell: (sum) => (
            <span class="share">
              <meter min={0} max={1} value={share(sum)} aria-label={`${words.share}: ${country(sum.key)}`} />
              {number(Math.round(share(sum) * 100))} %
            </span>
          ),
        },
      ]}
    />
  );
}
