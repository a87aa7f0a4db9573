/** Automatic top-ups: the saved card is charged when calls use the credit up. */

import type { ComponentChildren } from "preact";
import { useAnswer } from "../api/asking";
import { api, once, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Button } from "../design/Button";
import { Badge, Card } from "../design/Card";
import { Form } from "../design/Form";
import { whole } from "../frame/formats";
import { freshly } from "../frame/fresh";
import { service } from "../frame/service";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { AmountField, micros, refused } from "./AmountField";
import { moneyWords } from "./words";

type State = Schema<"AutoTopup">;
const DOLLAR = 1_000_000;

export function AutoTopup() {
  const words = moneyWords();
  const answer = useAnswer((signal) => say(api.GET("/api/auto-topup", { signal })));
  const now = answer.told.value;
  return (
    <Card
      title={words.autoTitle}
      end={
        now && (
          <Badge kind={now.enabled ? "good" : "plain"}>{now.enabled ? words.autoOn : words.autoOff}</Badge>
        )
      }
    >
      <Asked answer={answer} lines={5} tall>
        {(state) => (
          <Shown
            state={state}
            onChange={(changed) => {
              answer.told.value = changed;
            }}
          />
        )}
      </Asked>
    </Card>
  );
}

function Shown({ state, onChange }: { state: State; onChange: (state: State) => void }) {
  const words = moneyWords();
  const isEdited = useSignal(false);
  if (!state.enabled || !state.threshold || !state.amount) {
    return (
      <>
        <p class="muted">{words.autoWhat}</p>
        <Wish
          state={state}
          submit={state.card_saved ? words.autoStartWithCard : words.autoStart}
          onChange={onChange}
        />
        {!state.card_saved && <p class="hint">{words.autoStartHint}</p>}
      </>
    );
  }
  if (isEdited.value) {
    return (
      <Wish
        state={state}
        submit={words.autoChange}
        onChange={(changed) => {
          isEdited.value = false;
          onChange(changed);
        }}
        onCancel={() => {
          isEdited.value = false;
        }}
      />
    );
  }
  return (
    <>
      <p>{words.autoIs(whole(state.threshold), whole(state.amount))}</p>
      <SwitchOff onChange={onChange}>
        <Button
          kind="quiet"
          onClick={() => {
            isEdited.value = true;
          }}
        >
          {words.autoEdit}
        </Button>
      </SwitchOff>
      <p class="hint">{words.autoStopHint}</p>
    </>
  );
}

type Changes = { onChange: (state: State) => void };

function Wish(props: Changes & { state: State; submit: string; onCancel?: () => void }) {
  const words = moneyWords();
  const { state, onCancel } = props;
  const start = Math.max(10 * DOLLAR, service.topup_minimum_micros);

  async function wish(values: Record<string, string>) {
    const amount_micros = micros("amount_micros", values.amount_micros ?? "");
    const threshold_micros = micros("threshold_micros", values.threshold_micros ?? "", { isSold: false });
    if (threshold_micros > amount_micros) throw refused("threshold_micros", words.autoAtMost);
    const body = { enabled: true, threshold_micros, amount_micros };
    const key = crypto.randomUUID();
    const changed = await freshly(() => say(api.PUT("/api/auto-topup", { params: once(key), body })));
    if (!changed) return;
    if (changed.checkout_url) return location.assign(changed.checkout_url);
    tell(words.autoChanged);
    props.onChange(changed);
  }

  return (
    <Form
      submit={props.submit}
      onSubmit={wish}
      actions={
        onCancel && (
          <Button kind="quiet" onClick={onCancel}>
            {words.cancel}
          </Button>
        )
      }
    >
      <AmountField
        name="threshold_micros"
        label={words.autoThreshold(service.currency)}
        hint={words.autoAtMost}
        defaultValue={written(state.threshold?.amount_micros ?? Math.min(start, 5 * DOLLAR))}
        required
      />
      <AmountField
        name="amount_micros"
        label={words.autoAmount(service.currency)}
        defaultValue={written(state.amount?.amount_micros ?? start)}
        required
      />
    </Form>
  );
}

function SwitchOff({ onChange, children }: Changes & { children: ComponentChildren }) {
  const words = moneyWords();
  const busy = useSignal(false);

  async function stop() {
    busy.value = true;
    try {
      onChange(await say(api.PUT("/api/auto-topup", { params: once(), body: { enabled: false } })));
      tell(words.autoStopped);
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  }

  return (
    <div class="actions">
      {children}
      <Button kind="danger" busy={busy.value} onClick={() => void stop()}>
        {words.autoStop}
      </Button>
    </div>
  );
}

/** Micros as one would type them. */
function written(amount_micros: number): string {
  const cents = Math.round(amount_micros / 10_000);
  return cents % 100 ? (cents / 100).toFixed(2) : String(cents / 100);
}
