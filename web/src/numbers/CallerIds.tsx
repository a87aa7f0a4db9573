/** Caller IDs: which there are, one more, and the code to type while our carrier calls it. */

import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "../frame/signals";
import "./numbers.css";
import { type Answer, useAnswer, useLooks } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Button } from "../design/Button";
import { Badge, Card, EmptyState } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { Page } from "../design/Page";
import { Table } from "../design/Table";
import { phoneNumber } from "../frame/formats";
import { tell } from "../frame/toasts";
import { AddNumber } from "./AddNumber";
import { CodeCall } from "./CodeCall";
import { numberWords } from "./words";

export type CallerId = Schema<"CallerId">;
const LOOK_MILLISECONDS = 2_000;
const BADGES = { verified: "good", pending: "warning", failed: "bad" } as const;
const MOST = 10;

export default function CallerIds() {
  const words = numberWords();
  const answer = useAnswer((signal) => listed(signal));
  const leaving = useSignal<CallerId | undefined>(undefined);
  const numbers = answer.told.value ?? [];
  const pending = numbers.filter(({ state }) => state === "pending");
  useWatch(answer, pending.length > 0);
  const isFull = numbers.filter(({ state }) => state !== "failed").length >= MOST;

  return (
    <Page title={words.title} lead={words.lead}>
      {pending.map((number) => (
        <CodeCall
          key={number.id}
          number={number}
          onStop={() => {
            leaving.value = number;
          }}
        />
      ))}
      <div class="columns even">
        <AddNumber
          isFull={isFull}
          most={MOST}
          onAdded={(added) => {
            answer.told.value = [...numbers.filter(({ id }) => id !== added.id), added];
          }}
        />
        <Card title={words.listTitle}>
          <Asked answer={answer} lines={2} tall>
            {(all) => (
              <List
                numbers={all.filter(({ state }) => state !== "pending")}
                onRemove={(number) => {
                  leaving.value = number;
                }}
              />
            )}
          </Asked>
        </Card>
      </div>
      {leaving.value && (
        <Removal
          number={leaving.value}
          onEnd={() => {
            leaving.value = undefined;
          }}
          onRemoved={(id) => {
            answer.told.value = (answer.told.value ?? []).filter((one) => one.id !== id);
          }}
        />
      )}
    </Page>
  );
}

async function listed(signal?: AbortSignal): Promise<CallerId[]> {
  const { items } = await say(api.GET("/api/caller-ids", signal ? { signal } : {}));
  return items;
}

/** Follow the code calls under way, and tell how each one ended. */
function useWatch(answer: Answer<CallerId[]>, isWaiting: boolean) {
  const words = numberWords();
  const known = useRef(new Map<string, string>());
  const numbers = answer.told.value;
  useEffect(() => {
    for (const { id, phone, state } of numbers ?? []) {
      if (known.current.get(id) === "pending" && state === "verified") {
        tell(words.verified(phoneNumber(phone)));
      }
      if (known.current.get(id) === "pending" && state === "failed") {
        tell(words.failed(phoneNumber(phone)), "bad");
      }
      known.current.set(id, state);
    }
  }, [numbers]);
  useLooks(answer.look, isWaiting, LOOK_MILLISECONDS);
}

type OnNumber = (number: CallerId) => void;

function List({ numbers, onRemove }: { numbers: CallerId[]; onRemove: OnNumber }) {
  const words = numberWords();
  if (!numbers.length) {
    return (
      <EmptyState icon="numbers" title={words.emptyTitle}>
        <p>{words.empty}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <Table
        caption={words.caption}
        rows={numbers}
        keyOf={({ id }) => id}
        columns={[
          {
            title: words.number,
            head: true,
            cell: ({ phone }) => <span class="number">{phoneNumber(phone)}</span>,
          },
          {
            title: words.state,
            cell: ({ state }) => <Badge kind={BADGES[state]}>{words.states[state]}</Badge>,
          },
          {
            title: words.actions,
            end: true,
            cell: (number) =>
              number.state === "verified" ? (
                <Button
                  kind="link"
                  label={words.removeOne(phoneNumber(number.phone))}
                  onClick={() => onRemove(number)}
                >
                  {words.remove}
                </Button>
              ) : (
                "–"
              ),
          },
        ]}
      />
      {numbers.some(({ state }) => state === "failed") && <p class="hint">{words.failedHint}</p>}
    </>
  );
}

function Removal(props: { number: CallerId; onEnd: () => void; onRemoved: (id: string) => void }) {
  const words = numberWords();
  const busy = useSignal(false);
  const { id, phone } = props.number;

  async function remove() {
    busy.value = true;
    try {
      await api.DELETE("/api/caller-ids/{id}", { params: { path: { id } } });
      props.onRemoved(id);
      tell(words.removed(phoneNumber(phone)));
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      props.onEnd();
    }
  }

  return (
    <Dialog title={words.removeTitle} onClose={props.onEnd}>
      <p>{words.removeSure(phoneNumber(phone))}</p>
      <div class="actions">
        <Button kind="danger" busy={busy.value} onClick={() => void remove()}>
          {words.remove}
        </Button>
        <Button kind="quiet" onClick={props.onEnd}>
          {words.keep}
        </Button>
      </div>
    </Dialog>
  );
}
