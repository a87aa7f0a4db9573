/** What a call costs, and has cost so far, by the same arithmetic as the books: integers in, integers out. */

import { length } from "../frame/formats";

export type Rate = {
  price_micros: number;
  connect_fee_micros: number;
  increment_first_seconds: number;
  increment_next_seconds: number;
  minimum_seconds: number;
  currency: string;
};

/** The seconds that are charged for an answered duration; none before the first. */
export function billedSeconds(rate: Rate, seconds: number): number {
  if (seconds <= 0) return 0;
  const beyond = Math.max(seconds, rate.minimum_seconds) - rate.increment_first_seconds;
  const steps = Math.max(0, Math.ceil(beyond / rate.increment_next_seconds));
  return rate.increment_first_seconds + steps * rate.increment_next_seconds;
}

/** Connect fee and price by the minute, rounded up to the micro once. */
export function costMicros(rate: Rate, seconds: number): number {
  const billed = billedSeconds(rate, seconds);
  return billed ? rate.connect_fee_micros + Math.ceil((rate.price_micros * billed) / 60) : 0;
}

type StepWords = {
  bySecond: string;
  bySteps: (step: string) => string;
  byFirst: (first: string, next: string) => string;
};

/** In which steps it is counted, in these words. */
export function steps(
  { increment_first_seconds: first, increment_next_seconds: next }: Omit<Rate, "currency">,
  words: StepWords,
): string {
  if (first !== next) return words.byFirst(length(first), length(next));
  return first === 1 ? words.bySecond : words.bySteps(length(first));
}
