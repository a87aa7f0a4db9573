/** A call while it goes on: who, how long, what it costs, and how long it can last. */

import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../design/Banner";
import { Icon } from "../design/icons";
import { country, length, money, phoneNumber, stopwatch } from "../frame/formats";
import { useSignal } from "../frame/signals";
import {
  costSoFar,
  digits,
  hangUp,
  isEnding,
  isMuted,
  LAST_SECONDS,
  mute,
  type Placed,
  placed,
  press,
  seconds,
  secondsLeft,
  warnings,
} from "./call";
import { Keypad } from "./Keypad";
import { SoundDialog } from "./SoundDialog";
import { phoneWords } from "./words";

export function CallView({ call }: { call: Placed }) {
  const words = phoneWords();
  const withKeys = useSignal(false);
  const withSound = useSignal(false);
  const card = useRef<HTMLElement>(null);
  const isTalking = call.phase === "talking" || call.phase === "reconnecting";
  useEffect(() => {
    card.current?.focus();
    return listen();
  }, []);
  return (
    <section class="card calling" ref={card} tabIndex={-1} aria-label={words.ongoing}>
      <div class="whom">
        <p class="to">{phoneNumber(call.to)}</p>
        <p class="muted">{country(call.quote.country)}</p>
        <p class="state" role="status">
          {words.phases[call.phase]}
        </p>
        <p class="clock" role="timer" aria-label={words.duration}>
          {isTalking ? stopwatch(seconds.value) : "\u00a0"}
        </p>
      </div>
      <dl class="figures">
        <div>
          <dt>{words.soFar}</dt>
          <dd>{money(costSoFar.value)}</dd>
        </div>
        <div>
          <dt>{words.left}</dt>
          <dd>{left()}</dd>
        </div>
      </dl>
      <News isTalking={isTalking} />
      {withKeys.value && (
        <div class="tones">
          <output aria-label={words.sent}>{digits.value || "\u00a0"}</output>
          <Keypad tones onPress={press} />
        </div>
      )}
      <div class="controls">
        <Control
          icon={isMuted.value ? "muted" : "microphone"}
          label={words.mute}
          pressed={isMuted.value}
          isOff={!isTalking}
          onClick={() => mute(!isMuted.value)}
        />
        <Control
          icon="keypad"
          label={words.keypad}
          pressed={withKeys.value}
          isOff={!isTalking}
          onClick={() => {
            withKeys.value = !withKeys.value;
          }}
        />
        <Control
          icon="settings"
          label={words.soundShort}
          onClick={() => {
            withSound.value = true;
          }}
        />
        <Control icon="hangUp" label={words.hangUp} kind="end" onClick={hangUp} />
      </div>
      {withSound.value && (
        <SoundDialog
          onClose={() => {
            withSound.value = false;
          }}
        />
      )}
    </section>
  );
}

/** Minutes while there are many: the seconds begin to count at the end. */
function left(): string {
  const remaining = secondsLeft.value;
  return remaining > 10 * LAST_SECONDS ? length(remaining - (remaining % 60)) : length(remaining);
}

/** What is worth being told of while one talks, one thing at a time. */
function News({ isTalking }: { isTalking: boolean }) {
  const words = phoneWords();
  const [warning] = warnings.value;
  if (placed.value?.phase === "reconnecting") return <Banner kind="warning">{words.reconnecting}</Banner>;
  if (isEnding.value) return <Banner kind="warning">{words.ending}</Banner>;
  if (isTalking && warning) return <Banner>{words.warnings[warning]}</Banner>;
  return null;
}

function Control(props: {
  icon: Icon;
  label: string;
  pressed?: boolean;
  isOff?: boolean;
  kind?: "end";
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      class={props.kind}
      aria-pressed={props.pressed}
      aria-disabled={props.isOff ? "true" : undefined}
      onClick={() => !props.isOff && props.onClick()}
    >
      <span>
        <Icon name={props.icon} />
      </span>
      {props.label}
    </button>
  );
}

/** The keyboard's digits are the call's, too. */
function listen(): () => void {
  const over = new AbortController();
  addEventListener(
    "keydown",
    (event) => {
      const isElsewhere = (event.target as Element).closest?.("input, select, textarea, dialog");
      if (isElsewhere || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return;
      if (/^[0-9*#]$/.test(event.key) && placed.value?.phase === "talking") press(event.key);
    },
    { signal: over.signal },
  );
  return () => over.abort();
}
