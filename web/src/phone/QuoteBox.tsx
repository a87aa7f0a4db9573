/** What is known of the number in the field: its country, the rate, and what the credit buys. */

import { Skeleton } from "../design/Card";
import { country, length, money } from "../frame/formats";
import { guide } from "../frame/numbering";
import { steps } from "./cost";
import { dialled, plain } from "./dialled";
import { LowCredit } from "./LowCredit";
import { isAsking, type Quote, told } from "./quotes";
import { refusal } from "./refusals";
import { phoneWords } from "./words";

const SHORT_SECONDS = 120;

/** Always as tall, so that the keys stay where they are. */
export function QuoteBox() {
  return (
    <div id="quote" class="quote" role="status">
      <Known />
    </div>
  );
}

function Known() {
  const words = phoneWords();
  const answer = told.value;
  if (answer?.quote) return <Price quote={answer.quote} />;
  if (answer?.problem) {
    return <p class="small">{refusal(answer.problem)}</p>;
  }
  const typed = plain(dialled.value);
  if (!typed) {
    return (
      <>
        <p class="muted small">{words.hint}</p>
        <LowCredit />
      </>
    );
  }
  const found = guide.value?.country(typed);
  return (
    <>
      <p class="place">{found ? country(found) : "\u00a0"}</p>
      {isAsking.value && <Skeleton lines={1} />}
    </>
  );
}

function Price({ quote }: { quote: Quote }) {
  const words = phoneWords();
  const price = (amount_micros: number) => money({ amount_micros, currency: quote.currency });
  const place = country(quote.country);
  return (
    <>
      <p class="place">
        <span>{place === quote.country ? quote.description : place}</span>
        <strong>{words.perMinute(price(quote.price_micros))}</strong>
      </p>
      <p class="small muted">
        {quote.connect_fee_micros > 0 && `${words.connectFee(price(quote.connect_fee_micros))} `}
        {quote.affordable_seconds ? (
          words.buys(length(quote.affordable_seconds))
        ) : (
          <>
            {words.tooLittle} <a href="/money">{words.topUp}</a>
          </>
        )}{" "}
        {steps(quote, words)}
      </p>
      {quote.affordable_seconds > 0 && quote.affordable_seconds < SHORT_SECONDS && (
        <p class="small low">
          {words.lowBefore} <a href="/money">{words.topUp}</a>
        </p>
      )}
    </>
  );
}
