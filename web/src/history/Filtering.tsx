/** What calls to show. Folded away on a narrow screen, until it is used. */

import { useRef, useState } from "preact/hooks";
import { Button } from "../design/Button";
import { Field, Select } from "../design/Field";
import { Form, type Values } from "../design/Form";
import { country } from "../frame/formats";
import { useSignal } from "../frame/signals";
import { plain } from "../phone/dialled";
import { countries, type Filters, filters, search } from "./past";
import { historyWords } from "./words";

export function Filtering() {
  const words = historyWords();
  const round = useSignal(0);
  const now = filters.value;
  const isFiltered = Object.keys(now).length > 0;
  const [wasFiltered] = useState(isFiltered);
  const folded = useRef<HTMLDetailsElement>(null);
  const places = [...new Set([...countries.value, ...(now.country ? [now.country] : [])])];
  return (
    <details class="card filtering" open={wasFiltered} ref={folded}>
      <summary>{words.filters}</summary>
      <Form
        key={round.value}
        submit={words.search}
        wide={false}
        label={words.filters}
        onSubmit={(values) => search(read(values))}
        actions={
          isFiltered && (
            <Button
              kind="quiet"
              onClick={() => {
                round.value++;
                void search({});
                folded.current?.querySelector("summary")?.focus(); // this button goes
              }}
            >
              {words.reset}
            </Button>
          )
        }
      >
        <div class="fields">
          <Field
            name="number"
            label={words.number}
            type="tel"
            hint={words.numberHint}
            pattern="[+]?[0-9 .\(\)\/\-]{1,24}"
            title={words.wrongNumber}
            defaultValue={now.number ?? ""}
          />
          <Field name="from" label={words.from} type="date" hint={words.days} defaultValue={now.from ?? ""} />
          <Field name="to" label={words.to} type="date" defaultValue={now.to ?? ""} />
          <Select
            name="country"
            label={words.country}
            empty={words.anywhere}
            defaultValue={now.country ?? ""}
            choices={places
              .map((one) => ({ value: one, label: country(one) }))
              .sort((one, other) => one.label.localeCompare(other.label))}
          />
          <Select
            name="outcome"
            label={words.outcome}
            empty={words.any}
            defaultValue={now.outcome ?? ""}
            choices={Object.entries(words.outcomes).map(([value, label]) => ({ value, label }))}
          />
        </div>
      </Form>
    </details>
  );
}

function read({ number = "", ...others }: Values): Filters {
  const told = Object.entries({ ...others, number: plain(number) });
  return Object.fromEntries(told.filter(([, value]) => value)) as Filters;
}
