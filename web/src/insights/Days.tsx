/** Each day's calls: as a chart, and the same as a table. */

import type { Schema } from "../api/client";
import { Table } from "../design/Table";
import { currencyAxis, money, number, utcDay } from "../frame/formats";
import { Chart } from "./Chart";
import { type Measure, minutes, type SumOf, series } from "./sums";
import { insightWords } from "./words";

export function Days({ summary, measure }: { summary: Schema<"CallSummary">; measure: Measure }) {
  const words = insightWords();
  const { currency } = summary.total.cost;
  const isCost = measure === "cost";
  const worthOf = (sum: SumOf) => (isCost ? sum.cost.amount_micros / 1_000_000 : sum.duration_seconds / 60);
  const most = summary.items.reduce((high, sum) => (worthOf(sum) > worthOf(high) ? sum : high));
  return (
    <>
      <Chart
        {...series(summary, worthOf)}
        label={words.chart(
          words.measure[measure],
          utcDay(summary.from),
          utcDay(summary.to),
          isCost ? money(most.cost) : `${number(minutes(most))} ${words.minutes}`,
          utcDay(most.key),
        )}
        tell={isCost ? (value) => currencyAxis(value, currency) : number}
      />
      <details class="as-table">
        <summary>{words.asTable}</summary>
        <Table
          caption={words.dayCaption}
          rows={[...summary.items].reverse()}
          keyOf={({ key }) => key}
          columns={[
            { title: words.day, cell: ({ key }) => <time dateTime={key}>{utcDay(key)}</time>, head: true },
            { title: words.calls, cell: ({ calls }) => number(calls), end: true },
            { title: words.answered, cell: ({ answered }) => number(answered), end: true },
            { title: words.minutes, cell: (sum) => number(minutes(sum)), end: true },
            { title: words.cost, cell: ({ cost }) => money(cost), end: true },
          ]}
        />
      </details>
    </>
  );
}
