/** The code to type on a phone that our carrier is calling right now. */

import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { phoneNumber } from "../frame/formats";
import { service } from "../frame/service";
import { useSignal } from "../frame/signals";
import type { CallerId } from "./CallerIds";
import { numberWords } from "./words";

export function CodeCall({ number, onStop }: { number: CallerId; onStop: () => void }) {
  const words = numberWords();
  const { code } = number;
  return (
    <Card title={words.codeTitle(phoneNumber(number.phone))} tone="accent">
      <div role="status" class="stack">
        {code ? (
          <>
            <p>{words.codeWhat}</p>
            <p class="code">
              <span aria-hidden="true">{code}</span>
              <span class="unseen">{words.codeSpoken([...code].join(" "))}</span>
            </p>
          </>
        ) : (
          <p>{words.codeNone}</p>
        )}
      </div>
      <p class="hint">{words.codeStops}</p>
      <div class="actions">
        {service.local && code && <TypeIt id={number.id} code={code} />}
        <Button kind="quiet" onClick={onStop}>
          {words.stop}
        </Button>
      </div>
      {service.local && code && <p class="hint">{words.typeItHint}</p>}
    </Card>
  );
}

/** On a laptop the stand-in carrier answers the call that nobody could. */
function TypeIt({ id, code }: { id: string; code: string }) {
  const busy = useSignal(false);
  async function type() {
    busy.value = true;
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ digits: code });
    await fetch(`/dev/carrier/caller-ids/${encodeURIComponent(id)}`, { method: "POST", headers, body }).catch(
      () => undefined,
    );
    busy.value = false;
  }
  return (
    <Button busy={busy.value} onClick={() => void type()}>
      {numberWords().typeIt}
    </Button>
  );
}
