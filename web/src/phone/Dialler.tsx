/** The number, what calling it costs, and the call. */

import { useEffect, useRef } from "preact/hooks";
import { asProblem } from "../api/problem";
import { Alert } from "../design/Banner";
import { Button } from "../design/Button";
import { Select } from "../design/Field";
import { isOnline } from "../frame/connection";
import { phoneNumber } from "../frame/formats";
import { path } from "../frame/router";
import { balance } from "../frame/session";
import { effect, signal, useSignal, useSignalEffect } from "../frame/signals";
import { tell } from "../frame/toasts";
import { place } from "./call";
import { callerId, callerIds } from "./callerIds";
import { prepare } from "./carrier";
import { dialled, plain, write } from "./dialled";
import { Keypad } from "./Keypad";
import { QuoteBox } from "./QuoteBox";
import { ask, askSoon, type Told, told } from "./quotes";
import { refusal } from "./refusals";
import { SoundDialog } from "./SoundDialog";
import { NoMicrophone, needsCheck } from "./sound";
import { phoneWords } from "./words";

/** Why the last call was not placed. The keypad gives way to a call, and is another one when it comes back. */
const alarm = signal("");
effect(() => {
  void [dialled.value, callerId.value, balance.value]; // another call, or another chance
  alarm.value = "";
});

export function Dialler() {
  const words = phoneWords();
  const isBusy = useSignal(false);
  const isChecking = useSignal(false);
  const field = useRef<HTMLInputElement>(null);
  const card = useRef<HTMLFormElement>(null);

  useSignalEffect(() => {
    void balance.value; // what it buys changes with it
    askSoon(dialled.value, callerId.value?.phone);
  });
  useSignalEffect(() => {
    const wasCutOff = told.value?.problem?.status === 0;
    if (isOnline.value && wasCutOff) askSoon(dialled.value, callerId.value?.phone);
  });
  useEffect(() => listen(card, field), []);

  async function call(isChecked = false) {
    if (isBusy.value) return;
    alarm.value = "";
    if (!plain(dialled.value)) return field.current?.focus();
    isBusy.value = true;
    prepare();
    try {
      const answer = await quoted();
      if (!answer) return;
      if (answer.problem) alarm.value = refusal(answer.problem);
      else if (!answer.quote?.affordable_seconds) alarm.value = words.tooLittle;
      else if (!isChecked && (await needsCheck())) isChecking.value = true;
      else await place(answer.quote, callerId.value?.id);
    } catch (thrown) {
      refuse(thrown instanceof NoMicrophone ? words.silences[thrown.silence] : refusal(asProblem(thrown)));
    } finally {
      isBusy.value = false;
    }
  }

  function press(key: string) {
    if (key === "erase") write(plain(dialled.value).slice(0, -1));
    else write(plain(dialled.value) + key);
  }

  return (
    <>
      <form
        class="card dialler"
        ref={card}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void call();
        }}
      >
        <div class="number">
          <label class="unseen" for="number">
            {words.number}
          </label>
          <input
            id="number"
            ref={field}
            type="tel"
            inputMode="tel"
            autocomplete="off"
            placeholder={words.numberPlaceholder}
            aria-describedby="quote"
            maxLength={40}
            value={dialled.value}
            onInput={(event) => typed(event.currentTarget)}
          />
        </div>
        <QuoteBox />
        <Keypad onPress={press} />
        <Alert text={alarm.value} />
        <Button id="call" type="submit" icon="phone" wide busy={isBusy.value}>
          {words.call}
        </Button>
        {Boolean(callerIds.value?.length) && (
          <Select
            name="caller_id"
            label={words.callerId}
            required
            value={callerId.value?.id ?? ""}
            choices={[
              { value: "", label: words.ourNumber },
              ...(callerIds.value ?? []).map(({ id, phone }) => ({ value: id, label: phoneNumber(phone) })),
            ]}
            onChange={(id) => {
              callerId.value = callerIds.value?.find((one) => one.id === id);
            }}
          />
        )}
      </form>
      {isChecking.value && (
        <SoundDialog
          onClose={() => {
            isChecking.value = false;
          }}
          onGo={() => {
            isChecking.value = false;
            void call(true);
          }}
        />
      )}
    </>
  );
}

/** Tell why no call was placed, wherever its person is by now. */
function refuse(text: string): void {
  alarm.value = text;
  if (path.value !== "/") tell(text, "bad");
  // Once the keypad is back.
  else requestAnimationFrame(() => document.getElementById("call")?.focus());
}

/** The quote for the number in the field; undefined when that became another meanwhile. */
async function quoted(): Promise<Told | undefined> {
  const number = dialled.value;
  let answer = told.value?.quote && told.value;
  // A question is overtaken by the next, such as when the balance changes.
  while (!answer && dialled.value === number) answer = await ask(number, callerId.value?.phone);
  return answer;
}

/** Digits are put in groups, but not under a caret that stands among them. */
function typed(input: HTMLInputElement): void {
  if (input.selectionEnd === input.value.length) write(input.value);
  else dialled.value = input.value;
  if (input.value !== dialled.value) input.value = dialled.value;
}

/** Typing and pasting go to the number wherever the focus is, except in another field or a dialog. */
function listen(card: { current: HTMLElement | null }, field: { current: HTMLInputElement | null }) {
  const over = new AbortController();
  const isOurs = (event: Event) =>
    card.current?.isConnected &&
    !(event.target as Element).closest?.("input, select, textarea, dialog, [contenteditable]");
  const { signal } = over;
  addEventListener(
    "keydown",
    (event) => {
      if (!isOurs(event) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (!/^([0-9+]|Backspace)$/.test(event.key)) return;
      field.current?.focus(); // where the key is then typed
      field.current?.setSelectionRange(field.current.value.length, field.current.value.length);
    },
    { signal },
  );
  addEventListener(
    "paste",
    (event) => {
      if (!isOurs(event)) return;
      write(event.clipboardData?.getData("text") ?? "");
      field.current?.focus();
      event.preventDefault();
    },
    { signal },
  );
  return () => over.abort();
}
