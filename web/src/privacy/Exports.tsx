/** A file of a person's data: asked for, made, fetched, and handed to another service. */

import { useEffect } from "preact/hooks";
import { useAnswer, useLooks } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem, letPass } from "../api/problem";
import { Asked } from "../design/Asked";
import { Banner } from "../design/Banner";
import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { Choices, Field } from "../design/Field";
import { Form } from "../design/Form";
import { moment } from "../frame/formats";
import { freshly } from "../frame/fresh";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { ask, EXPORTS, isOpen, newest, type Request, type Right, rights } from "./rights";
import { privacyWords } from "./words";

const LOOK_MILLISECONDS = 5_000;
const DAY_MILLISECONDS = 86_400_000;

export function Exports() {
  const words = privacyWords();
  const answer = useAnswer((signal) => newest(isThere, signal));
  const request = answer.told.value;
  useLooks(answer.look, Boolean(request && isOpen(request)), LOOK_MILLISECONDS);
  return (
    <>
      <Card title={words.fileTitle}>
        <p class="muted">{words.fileWhat}</p>
        <Asked answer={answer} lines={3}>
          {(found) => found && <Made request={found} />}
        </Asked>
        {request !== undefined && (!request || !isOpen(request)) && (
          <Asking
            onAsk={(asked) => {
              answer.told.value = asked;
            }}
          />
        )}
      </Card>
      {request?.type === "portability" && request.state === "fulfilled" && <Handing request={request} />}
    </>
  );
}

function Asking({ onAsk }: { onAsk: (request: Request) => void }) {
  const words = privacyWords();
  const known = useAnswer(rights);
  const chosen = useSignal<Right | undefined>(undefined);
  return (
    <Asked answer={known} lines={2}>
      {(all) => {
        const offered = EXPORTS.filter((type) => all.includes(type));
        const [first] = offered;
        if (!first) return null;
        return (
          <Form
            submit={words.fileAsk}
            onSubmit={async () => {
              const asked = await ask(chosen.value ?? first);
              if (!asked) return;
              tell(words.fileAsked);
              onAsk(asked);
            }}
          >
            <Choices
              label={words.fileKind}
              name="type"
              choices={offered.map((type) => ({ value: type, label: words.types[type] ?? type }))}
              value={chosen.value ?? first}
              onChange={(value) => {
                chosen.value = value as Right;
              }}
            />
          </Form>
        );
      }}
    </Asked>
  );
}

function Made({ request }: { request: Request }) {
  const words = privacyWords();
  const busy = useSignal(false);
  if (isOpen(request)) return <Banner>{words.fileMaking}</Banner>;

  async function fetchFile() {
    busy.value = true;
    try {
      const params = { path: { id: request.id } };
      const file = await freshly(() => say(api.GET("/api/privacy/requests/{id}/export", { params })));
      if (file?.link) location.assign(file.link);
      else if (file) tell(words.fileGone, "bad");
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  }

  return (
    <>
      <Banner kind="good" title={words.fileReady}>
        {words.types[request.type]}. {words.fileUntil}
      </Banner>
      <div>
        <Button icon="download" busy={busy.value} onClick={() => void fetchFile()}>
          {words.fileDownload}
        </Button>
      </div>
    </>
  );
}

/** The address for another service is shown once, and kept nowhere. */
function Handing({ request }: { request: Request }) {
  const words = privacyWords();
  const made = useSignal<Schema<"Transmission"> | undefined>(undefined);
  const busy = useSignal(false);
  const path = "/api/privacy/requests/{id}/transmission" as const;
  const params = { path: { id: request.id } };
  const open = useSignal<Schema<"OpenTransmission"> | null>(null);
  useEffect(() => {
    // Told soon after a sign-in alone; who is not asked for the password yet can still take it back.
    say(api.GET("/api/privacy/requests/{id}/export", { params }))
      .then((file) => {
        open.value = file.transmission;
      })
      .catch(letPass);
  }, []);

  async function act(deed: () => Promise<unknown>) {
    busy.value = true;
    try {
      await deed();
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  }
  const make = async () => {
    made.value = (await freshly(() => say(api.POST(path, { params })))) ?? made.value;
  };
  const revoke = async () => {
    await api.DELETE(path, { params });
    made.value = undefined;
    open.value = null;
    tell(words.handRevoked);
  };

  return (
    <Card title={words.handTitle}>
      <p class="muted">{words.handWhat}</p>
      {open.value && !made.value && <Banner>{state(open.value)}</Banner>}
      {made.value && (
        <Field
          name="url"
          label={words.handAddress}
          hint={words.handUntil(moment(made.value.expires_at))}
          value={made.value.url}
          readOnly
        />
      )}
      <div class="actions">
        {made.value ? (
          <Button onClick={() => void act(() => copy(made.value?.url ?? "", words.handCopied))}>
            {words.handCopy}
          </Button>
        ) : (
          <Button busy={busy.value} onClick={() => void act(make)}>
            {words.handMake}
          </Button>
        )}
        <Button kind="quiet" busy={busy.value} onClick={() => void act(revoke)}>
          {words.handRevoke}
        </Button>
      </div>
    </Card>
  );
}

/** An address that was made before, and is shown no more. */
function state({ expires_at, opened_at }: Schema<"OpenTransmission">): string {
  const words = privacyWords();
  return opened_at ? words.handUsed(moment(opened_at)) : words.handOpen(moment(expires_at));
}

async function copy(text: string, said: string): Promise<void> {
  const isCopied = await navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
  tell(isCopied ? said : privacyWords().handCopyRefused, isCopied ? "good" : "bad");
}

/** One under way, or made less than a day after it was asked for. */
function isThere(request: Request): boolean {
  if (!EXPORTS.includes(request.type)) return false;
  if (isOpen(request)) return true;
  return request.state === "fulfilled" && Date.now() - Date.parse(request.received_at) < DAY_MILLISECONDS;
}
