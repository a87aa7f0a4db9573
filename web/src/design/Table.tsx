/** Tables that become lists of cards where there is no room for columns. */

import type { ComponentChildren } from "preact";

export type Column<Row> = {
  title: string;
  cell: (row: Row) => ComponentChildren;
  /** Numbers stand at the end of their column. */
  end?: boolean;
  /** Says which row it is. */
  head?: boolean;
};

export function Table<Row>(props: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf: (row: Row) => string;
}) {
  return (
    <table class="table">
      <caption class="unseen">{props.caption}</caption>
      <thead>
        <tr>
          {props.columns.map((column) => (
            <th key={column.title} scope="col" class={column.end ? "end" : undefined}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => (
          <tr key={props.keyOf(row)}>{props.columns.map((column) => cell(column, row))}</tr>
        ))}
      </tbody>
    </table>
  );
}

function cell<Row>(column: Column<Row>, row: Row) {
  const attributes = { key: column.title, class: column.end ? "end" : undefined, "data-title": column.title };
  if (column.head)
    return (
      <th scope="row" {...attributes}>
        {column.cell(row)}
      </th>
    );
  return <td {...attributes}>{column.cell(row)}</td>;
}
