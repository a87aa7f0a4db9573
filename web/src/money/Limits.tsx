/** What one call and one day may cost, and where calls may go. */

import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Card, Details, Meter } from "../design/Card";
import { Switch } from "../design/Field";
import { Form } from "../design/Form";
import { money, whole } from "../frame/formats";
import { freshly } from "../frame/fresh";
import { service } from "../frame/service";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { AmountField, micros } from "./AmountField";
import { moneyWords } from "./words";

type Known = Schema<"Limits">;
const NEARLY = 0.8;

export function Limits() {
  const words = moneyWords();
  const answer = useAnswer((signal) => say(api.GET("/api/limits", { signal })));
  return (
    <div class="columns even">
      <Card title={words.limitsTitle}>
        <p class="muted">{words.limitsWhat}</p>
        <Asked answer={answer} lines={4} tall>
          {(known) => (
            <Own
              known={known}
              onChange={(changed) => {
                answer.told.value = changed;
              }}
            />
          )}
        </Asked>
      </Card>
      <div class="stack">
        <Card title={words.today}>
          <Asked answer={answer} lines={1}>
            {(known) => <Today known={known} />}
          </Asked>
        </Card>
        <Card title={words.fixed}>
          <Asked answer={answer} lines={2}>
            {(known) => (
              <Details
                pairs={[
                  [words.liveCalls, words.liveCallsAre(known.live_calls)],
                  [
                    words.lowMail,
                    words.lowMailIs(
                      whole({ amount_micros: service.low_balance_micros, currency: known.currency }),
                    ),
                  ],
                ]}
              />
            )}
          </Asked>
        </Card>
      </div>
    </div>
  );
}

function Today({ known }: { known: Known }) {
  const words = moneyWords();
  const { currency } = known;
  const spent = money({ amount_micros: known.day_spent_micros, currency });
  if (known.day_micros === null) {
    return (
      <>
        <p class="sum small-sum">{spent}</p>
        <p class="hint">{words.dayIs}</p>
      </>
    );
  }
  const share = known.day_micros ? known.day_spent_micros / known.day_micros : 1;
  return (
    <>
      <Meter
        label={words.today}
        value={share}
        told={words.todayOf(spent, whole({ amount_micros: known.day_micros, currency }))}
        kind={share >= 1 ? "bad" : share >= NEARLY ? "warning" : "good"}
      />
      <p class="hint">{words.dayIs}</p>
    </>
  );
}

function Own({ known, onChange }: { known: Known; onChange: (known: Known) => void }) {
  const words = moneyWords();
  const isRisky = useSignal(known.high_risk_countries);

  async function save(values: Record<string, string>) {
    const body = {
      call_micros: wished("call_micros", values),
      day_micros: wished("day_micros", values),
      high_risk_countries: isRisky.value,
    };
    const saved = await freshly(() => say(api.PUT("/api/limits", { body })));
    if (!saved) return;
    onChange(saved);
    tell(words.limitsSaved);
  }

  return (
    <Form submit={words.saveLimits} onSubmit={save}>
      <AmountField
        name="call_micros"
        label={words.perCall(known.currency)}
        hint={words.noLimit}
        defaultValue={written(known.call_micros)}
      />
      <AmountField
        name="day_micros"
        label={words.perDay(known.currency)}
        hint={`${words.noLimit} ${words.dayIs}`}
        defaultValue={written(known.day_micros)}
      />
      <Switch
        label={words.highRisk}
        hint={words.highRiskHint}
        checked={isRisky.value}
        onChange={(wanted) => {
          isRisky.value = wanted;
        }}
      />
    </Form>
  );
}

function wished(field: string, values: Record<string, string>): number | null {
  const text = (values[field] ?? "").trim();
  return text ? micros(field, text, { isSold: false }) : null;
}

function written(amount_micros: number | null): string {
  return amount_micros === null ? "" : String(amount_micros / 1_000_000);
}
