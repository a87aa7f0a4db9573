/** What calls come to: in all, by day, and by country. */

import { useSignal } from "../frame/signals";
import "./insights.css";
import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Card, EmptyState } from "../design/Card";
import { Choices } from "../design/Field";
import { Page } from "../design/Page";
import { money, number } from "../frame/formats";
import { Countries } from "./Countries";
import { Days } from "./Days";
import { averageMicros, MEASURES, type Measure, minutes, period } from "./sums";
import { insightWords } from "./words";

type Summary = Schema<"CallSummary">;
const PERIODS = ["7", "30", "90", "365"] as const;
type Period = (typeof PERIODS)[number];

export default function Insights() {
  const words = insightWords();
  const [days, measure] = [useSignal<Period>("30"), useSignal<Measure>("minutes")];
  const wanted = period(Number(days.value));
  const ask = (by: "day" | "country") => (signal: AbortSignal) =>
    say(api.GET("/api/calls/summary", { params: { query: { ...wanted, by } }, signal }));
  const byDay = useAnswer(ask("day"), days.value);
  const byCountry = useAnswer(ask("country"), days.value);
  const total = byDay.told.value?.total;

  return (
    <Page title={words.title} lead={words.lead}>
      <Spend />
      <Card>
        <div class="choosing">
          <Choices
            label={words.periods}
            name="period"
            choices={PERIODS.map((value) => ({ value, label: words.period[value] }))}
            value={days.value}
            onChange={(value) => {
              days.value = value as Period;
            }}
          />
          <Choices
            label={words.measures}
            name="measure"
            choices={MEASURES.map((value) => ({ value, label: words.measure[value] }))}
            value={measure.value}
            onChange={(value) => {
              measure.value = value as Measure;
            }}
          />
        </div>
        <Totals total={total} />
      </Card>
      <Card title={words.byDay}>
        <Asked answer={byDay} lines={5} tall>
          {(summary) =>
            summary.total.calls ? <Days summary={summary} measure={measure.value} /> : <Empty />
          }
        </Asked>
      </Card>
      {total?.calls !== 0 && (
        <Card title={words.byCountry}>
          <Asked answer={byCountry} lines={3} tall>
            {(summary) => <Countries summary={summary} />}
          </Asked>
        </Card>
      )}
    </Page>
  );
}

function Empty() {
  const words = insightWords();
  return (
    <EmptyState icon="insights" title={words.emptyTitle}>
      <p>{words.empty}</p>
    </EmptyState>
  );
}

function Spend() {
  const words = insightWords();
  const spend = useAnswer((signal) => say(api.GET("/api/calls/spend", { signal })));
  const { told } = spend;
  return (
    <Card>
      <dl class="figures two">
        <Figure term={words.spentToday} value={told.value && money(told.value.today)} />
        <Figure term={words.spentMonth} value={told.value && money(told.value.month)} />
      </dl>
      {spend.problem.value && <Asked answer={spend}>{() => null}</Asked>}
    </Card>
  );
}

/** They keep their place while they are being loaded. */
function Totals({ total }: { total: Summary["total"] | undefined }) {
  const words = insightWords();
  const average = total && averageMicros(total);
  const each =
    total && average !== undefined ? money({ amount_micros: average, currency: total.cost.currency }) : "–";
  return (
    <dl class="figures">
      <Figure term={words.calls} value={total && number(total.calls)} />
      <Figure term={words.answered} value={total && number(total.answered)} />
      <Figure term={words.minutes} value={total && number(minutes(total))} />
      <Figure term={words.cost} value={total && money(total.cost)} />
      <Figure term={words.perMinute} value={total && each} />
    </dl>
  );
}

function Figure({ term, value }: { term: string; value: string | undefined }) {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{value ?? "…"}</dd>
    </div>
  );
}
