/** A list of the account's money, newest first, that comes in parts. */

import type { ComponentChildren } from "preact";
import { type Part, usePages } from "../api/asking";
import { AskedPages } from "../design/Asked";
import { Card, EmptyState } from "../design/Card";
import { type Column, Table } from "../design/Table";
import { moneyWords } from "./words";

export function Listed<Row extends { id: string }>(props: {
  title: string;
  caption: string;
  note?: ComponentChildren;
  empty: { title: string; text: string };
  lines?: number;
  columns: Column<Row>[];
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<Part<Row>>;
}) {
  const pages = usePages(props.ask);
  return (
    <Card title={props.title}>
      <AskedPages pages={pages} more={moneyWords().more} lines={props.lines ?? 4}>
        {(rows) =>
          rows.length ? (
            <>
              {props.note}
              <Table caption={props.caption} columns={props.columns} rows={rows} keyOf={({ id }) => id} />
            </>
          ) : (
            <EmptyState icon="money" title={props.empty.title}>
              <p>{props.empty.text}</p>
            </EmptyState>
          )
        }
      </AskedPages>
    </Card>
  );
}
