/** A field for an amount of money, and what is read from it. */

import { Problem } from "../api/problem";
import { Field } from "../design/Field";
import { toMicros, whole } from "../frame/formats";
import { service } from "../frame/service";
import { moneyWords } from "./words";

const PATTERN = "\\s*\\d{1,9}([.,]\\d{1,2})?\\s*";

export function AmountField(props: {
  name: string;
  label: string;
  hint?: string;
  value?: string;
  defaultValue?: string;
  required?: boolean;
  onInput?: (value: string) => void;
}) {
  return (
    <Field
      {...props}
      inputMode="decimal"
      autoComplete="off"
      pattern={PATTERN}
      title={moneyWords().notAnAmount}
    />
  );
}

export function isAmount(text: string): boolean {
  return toMicros(text) !== null;
}

/** What a field says, in micros; what is no amount, or none that is sold, is told at the field before it is sent. */
export function micros(field: string, text: string, { isSold = true } = {}): number {
  const words = moneyWords();
  const { topup_minimum_micros: low, topup_maximum_micros: high, currency } = service;
  const read = toMicros(text);
  if (read === null) throw refused(field, words.notAnAmount);
  if (!isSold || inRange(read)) return read;
  const [least, most] = [low, high].map((amount_micros) => whole({ amount_micros, currency }));
  throw refused(field, words.outOfRange(least ?? "", most ?? ""));
}

export function inRange(amount_micros: number): boolean {
  return amount_micros >= service.topup_minimum_micros && amount_micros <= service.topup_maximum_micros;
}

/** As the service would refuse it. */
export function refused(field: string, message: string): Problem {
  return new Problem({ status: 422, type: "invalid", detail: message, errors: [{ field, message }] });
}
