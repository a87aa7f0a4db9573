/** Deletion: what it does, the days to change one's mind, and how far it has come. */

import { useEffect } from "preact/hooks";
import { useAnswer } from "../api/asking";
import { asProblem, letPass } from "../api/problem";
import { Asked } from "../design/Asked";
import { Banner } from "../design/Banner";
import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { Switch } from "../design/Field";
import { Form } from "../design/Form";
import { counted, day, duration, moment } from "../frame/formats";
import { service } from "../frame/service";
import { me, refreshMe } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { ask, cancel, isOpen, newest, type Request } from "./rights";
import { privacyWords } from "./words";

const LOOK_MILLISECONDS = 5_000;
const DAY_HOURS = 24;
const HOUR_MINUTES = 60;
const MINUTE_MILLISECONDS = 60_000;

export function Deletion() {
  const words = privacyWords();
  const answer = useAnswer((signal) => newest((one) => one.type === "deletion" && isOpen(one), signal));
  const open = answer.told.value;
  useEffect(() => {
    if (open?.state !== "received") return;
    const timer = setTimeout(() => void Promise.all([answer.look(), quietly()]), LOOK_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [open]);
  const change = (request: Request | null) => {
    answer.told.value = request;
  };
  return (
    <Card title={words.deleteTitle} tone="danger">
      <Asked answer={answer} lines={5}>
        {(request) =>
          request ? <UnderWay request={request} onChange={change} /> : <Offer onChange={change} />
        }
      </Asked>
    </Card>
  );
}

type Changes = { onChange: (request: Request | null) => void };

function Offer({ onChange }: Changes) {
  const words = privacyWords();
  const isAsking = useSignal(false);
  return (
    <>
      <p>{service.grace ? words.deleteWhat(duration(service.grace)) : words.deletePlain}</p>
      {service.deletion && <p>{words.deletePromise(duration(service.deletion))}</p>}
      <p class="muted">{words.deleteCredit}</p>
      <div>
        <Button
          kind="danger"
          icon="trash"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {words.deleteAsk}
        </Button>
      </div>
      {me.value?.status === "active" && (
        <p class="muted small">
          {words.closeElse} <a href="/settings">{words.closeLink}</a>
        </p>
      )}
      {isAsking.value && (
        <Asking
          onChange={onChange}
          onEnd={() => {
            isAsking.value = false;
          }}
        />
      )}
    </>
  );
}

function Asking({ onChange, onEnd }: Changes & { onEnd: () => void }) {
  const words = privacyWords();
  const isWaived = useSignal(false);

  async function confirm() {
    const request = await ask("deletion", { waive_grace: isWaived.value });
    if (!request) return;
    onEnd();
    tell(words.deleteAsked);
    onChange(request);
    await quietly();
  }

  return (
    <Dialog title={words.deleteSure} onClose={onEnd}>
      <Form
        submit={words.deleteYes}
        danger
        onSubmit={confirm}
        actions={
          <Button kind="quiet" onClick={onEnd}>
            {words.cancel}
          </Button>
        }
      >
        <p>
          {service.grace && !isWaived.value ? words.deleteWhat(duration(service.grace)) : words.deletePlain}
        </p>
        {service.grace && (
          <Switch
            label={words.deleteWaive}
            hint={words.deleteWaiveHint}
            checked={isWaived.value}
            onChange={(wanted) => {
              isWaived.value = wanted;
            }}
          />
        )}
      </Form>
    </Dialog>
  );
}

function UnderWay({ request, onChange }: Changes & { request: Request }) {
  const words = privacyWords();
  const busy = useSignal(false);
  if (request.state !== "received" && request.state !== "grace") {
    return (
      <Banner kind="warning" title={words.deleteRunning}>
        {words.deleteRunningWhat(day(request.due_at))} {words.states[request.state]}.
      </Banner>
    );
  }

  async function keep() {
    busy.value = true;
    try {
      await cancel(request.id);
      tell(words.deleteCancelled);
      onChange(null);
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  }

  return (
    <>
      <Banner kind="warning" title={request.state === "grace" ? words.deleteGrace : words.deleteReceived}>
        {request.grace_ends_at && <Countdown until={request.grace_ends_at} />}
      </Banner>
      <div>
        <Button busy={busy.value} onClick={() => void keep()}>
          {words.deleteCancel}
        </Button>
      </div>
      <p class="muted small">{words.deleteWaived}</p>
    </>
  );
}

function Countdown({ until }: { until: string }) {
  const words = privacyWords();
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now();
    }, MINUTE_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return (
    <span>
      {words.deleteBegins(moment(until))}{" "}
      <strong>{words.deleteLeft(left(Date.parse(until) - now.value))}</strong>
    </span>
  );
}

/** Days and hours, or hours and minutes. */
function left(milliseconds: number): string {
  const minutes = Math.max(0, Math.floor(milliseconds / MINUTE_MILLISECONDS));
  const hours = Math.floor(minutes / HOUR_MINUTES);
  const days = Math.floor(hours / DAY_HOURS);
  if (days) return `${counted(days, "day")} ${counted(hours % DAY_HOURS, "hour")}`;
  return `${counted(hours, "hour")} ${counted(minutes % HOUR_MINUTES, "minute")}`;
}

/** Whether the account rests by now; what can't be known shows at the next request. */
async function quietly(): Promise<void> {
  await refreshMe().catch(letPass);
}
