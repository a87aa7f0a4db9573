/** Ordering credit: an amount, and then our payment partner's page. */

import { useRef } from "preact/hooks";
import { api, once, say } from "../api/client";
import { Card } from "../design/Card";
import { Choices } from "../design/Field";
import { Form } from "../design/Form";
import { whole } from "../frame/formats";
import { service } from "../frame/service";
import { useSignal } from "../frame/signals";
import { AmountField, inRange, isAmount, micros } from "./AmountField";
import { moneyWords } from "./words";

const AMOUNTS = [5, 10, 25, 50, 100, 200];

export function TopUp() {
  const words = moneyWords();
  const { currency } = service;
  const choices = AMOUNTS.filter((amount) => inRange(amount * 1_000_000)).slice(0, 4);
  const amount = useSignal(String(choices[1] ?? ""));
  const key = useRef(crypto.randomUUID());

  // A repeated try of one amount has one key, so that it makes one order.
  function choose(value: string) {
    amount.value = value;
    key.current = crypto.randomUUID();
  }

  return (
    <Card title={words.topupTitle}>
      <Form
        submit={words.pay}
        onSubmit={async () => {
          const wanted = micros("amount_micros", amount.value);
          const order = await say(
            api.POST("/api/topups", { params: once(key.current), body: { amount_micros: wanted } }),
          );
          if (order.checkout_url) location.assign(order.checkout_url);
        }}
      >
        <Choices
          label={words.amounts}
          name="choice"
          choices={choices.map((one) => ({
            value: String(one),
            label: whole({ amount_micros: one * 1_000_000, currency }),
          }))}
          value={isAmount(amount.value) ? String(Number(amount.value.replace(",", "."))) : ""}
          onChange={choose}
        />
        <AmountField
          name="amount_micros"
          label={words.other(currency)}
          hint={words.between(told(service.topup_minimum_micros), told(service.topup_maximum_micros))}
          value={amount.value}
          onInput={choose}
          required
        />
      </Form>
    </Card>
  );
}

const told = (amount_micros: number) => whole({ amount_micros, currency: service.currency });
