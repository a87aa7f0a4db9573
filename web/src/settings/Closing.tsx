/** Closing the account for good. */

import { api, say } from "../api/client";
import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { Form } from "../design/Form";
import { freshly } from "../frame/fresh";
import { adopt } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { settingsWords } from "./words";

export function Closing() {
  const words = settingsWords();
  const isAsking = useSignal(false);
  const end = () => {
    isAsking.value = false;
  };
  return (
    <Card title={words.closeTitle} tone="danger">
      <p>{words.closeWhat}</p>
      <p class="muted small">
        <a href="/privacy/leave">{words.closeElse}</a>
      </p>
      <div>
        <Button
          kind="danger"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {words.close}
        </Button>
      </div>
      {isAsking.value && (
        <Dialog title={words.closeSure} onClose={end}>
          <Form
            submit={words.closeYes}
            danger
            actions={
              <Button kind="quiet" onClick={end}>
                {words.cancel}
              </Button>
            }
            onSubmit={async () => {
              const closed = await freshly(() => say(api.POST("/api/me/close")));
              if (!closed) return;
              end();
              tell(words.closed);
              adopt(closed);
            }}
          >
            <p>{words.closeWhat}</p>
          </Form>
        </Dialog>
      )}
    </Card>
  );
}
