/** One more number: it is called at once. */

import { useRef } from "preact/hooks";
import { api, once, say } from "../api/client";
import { Banner } from "../design/Banner";
import { Card } from "../design/Card";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { plain } from "../phone/dialled";
import type { CallerId } from "./CallerIds";
import { numberWords } from "./words";

export function AddNumber(props: { isFull: boolean; most: number; onAdded: (number: CallerId) => void }) {
  const words = numberWords();
  const key = useRef(crypto.randomUUID());

  async function add({ phone = "" }: Record<string, string>, form: HTMLFormElement) {
    const added = await say(
      api.POST("/api/caller-ids", { params: once(key.current), body: { phone: plain(phone) } }),
    );
    key.current = crypto.randomUUID();
    form.reset();
    props.onAdded(added);
  }

  return (
    <Card title={words.addTitle}>
      {props.isFull ? (
        <Banner>{words.full(props.most)}</Banner>
      ) : (
        <Form submit={words.add} onSubmit={add}>
          <Field
            name="phone"
            label={words.phone}
            hint={words.phoneHint}
            type="tel"
            inputMode="tel"
            autoComplete="tel"
            maxLength={64}
            required
            onInput={() => {
              key.current = crypto.randomUUID();
            }}
          />
        </Form>
      )}
      <div class="stack">
        <h3>{words.steps}</h3>
        <ol class="steps">
          <li>{words.step1}</li>
          <li>{words.step2}</li>
          <li>{words.step3}</li>
        </ol>
      </div>
    </Card>
  );
}
