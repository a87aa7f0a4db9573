/** Whether one is heard, and through what: before the first call, and whenever one asks. */

import { useEffect } from "preact/hooks";
import { Alert } from "../design/Banner";
import { Button } from "../design/Button";
import { Meter } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { type Choice, Select } from "../design/Field";
import { useSignal } from "../frame/signals";
import { useChosen } from "./call";
import {
  canChooseSpeaker,
  checked,
  chime,
  chosen,
  close,
  measure,
  microphones,
  NoMicrophone,
  open,
  speakers,
} from "./sound";
import { phoneWords } from "./words";

const AUDIBLE = 0.06;

/** `onGo`: this is the check before a call, which goes on from here. */
export function SoundDialog({ onClose, onGo }: { onClose: () => void; onGo?: () => void }) {
  const words = phoneWords();
  const { alarm, level, wasHeard, isOpen } = useMicrophone();
  return (
    <Dialog title={onGo ? words.checkTitle : words.soundTitle} onClose={onClose}>
      <p class="muted">{onGo ? words.checkLead : words.soundLead}</p>
      <Meter
        label={words.level}
        value={level}
        told={wasHeard ? words.heard : isOpen ? words.speak : words.allow}
      />
      <Alert text={alarm} />
      <Select
        name="microphone"
        label={words.microphone}
        required
        value={chosen.value.microphone}
        choices={choices(microphones.value, words.usual)}
        onChange={(microphone) => choose({ microphone })}
      />
      {canChooseSpeaker && (
        <Select
          name="speaker"
          label={words.speaker}
          required
          value={chosen.value.speaker}
          choices={choices(speakers.value, words.usual)}
          onChange={(speaker) => choose({ speaker })}
        />
      )}
      <div class="actions">
        {onGo ? (
          <Button
            icon="phone"
            disabled={!isOpen}
            onClick={() => {
              checked();
              onGo();
            }}
          >
            {words.goOn}
          </Button>
        ) : (
          <Button onClick={onClose}>{words.done}</Button>
        )}
        <Button kind="quiet" onClick={() => void chime()}>
          {words.chime}
        </Button>
      </div>
    </Dialog>
  );
}

function choose(wanted: { microphone?: string; speaker?: string }): void {
  chosen.value = { ...chosen.value, ...wanted };
  void useChosen();
}

function choices(devices: MediaDeviceInfo[], usual: string): Choice[] {
  return [
    { value: "", label: usual },
    ...devices.map((one) => ({ value: one.deviceId, label: one.label || one.deviceId.slice(0, 6) })),
  ];
}

/** Listens while the dialog is open, and anew when another microphone is chosen. */
function useMicrophone() {
  const words = phoneWords();
  const alarm = useSignal("");
  const level = useSignal(0);
  const wasHeard = useSignal(false);
  const isOpen = useSignal(false);
  const { microphone } = chosen.value;
  useEffect(() => {
    let end = () => {};
    let isOver = false;
    alarm.value = "";
    isOpen.value = false;
    wasHeard.value = false;
    open()
      .then((stream) => {
        if (isOver) return close(stream);
        isOpen.value = true;
        const stop = measure(stream, (now) => {
          level.value = now;
          if (now > AUDIBLE) wasHeard.value = true;
        });
        end = () => {
          stop();
          close(stream);
        };
      })
      .catch((thrown) => {
        if (!(thrown instanceof NoMicrophone)) throw thrown;
        if (!isOver) alarm.value = words.silences[thrown.silence];
      });
    return () => {
      isOver = true;
      end();
    };
  }, [microphone]);
  return {
    alarm: alarm.value,
    level: level.value,
    wasHeard: wasHeard.value,
    isOpen: isOpen.value,
  };
}
