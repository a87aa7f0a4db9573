/** Every browser that is signed in, each of which can be signed out. */

import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { Table } from "../design/Table";
import { moment } from "../frame/formats";
import { signOut } from "../frame/leaving";
import { farewell, forget } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { settingsWords } from "./words";

type Session = Schema<"SessionDetail">;

export function Sessions() {
  const words = settingsWords();
  const answer = useAnswer((signal) => say(api.GET("/api/auth/sessions", { signal })));
  const busy = useSignal("");

  async function act(name: string, deed: () => Promise<unknown>) {
    busy.value = name;
    try {
      await deed();
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = "";
    }
  }
  const end = async ({ id, current }: Session) => {
    if (current) return signOut();
    await api.DELETE("/api/auth/sessions/{id}", { params: { path: { id } } });
    tell(words.sessionEnded);
    await answer.look();
  };
  const endAll = async () => {
    await api.DELETE("/api/auth/sessions");
    forget();
    farewell.value = "signedOut";
  };

  return (
    <Card title={words.sessionsTitle}>
      <Asked answer={answer} lines={3}>
        {({ items }) => (
          <Table
            caption={words.sessionsTitle}
            rows={items}
            keyOf={({ id }) => id}
            columns={[
              {
                title: words.browser,
                cell: ({ current }) => (current ? words.sessionHere : words.sessionOther),
                head: true,
              },
              { title: words.sessionSince, cell: ({ created_at }) => moment(created_at) },
              { title: words.sessionEnds, cell: ({ expires_at }) => moment(expires_at) },
              {
                title: words.sessionEnd,
                cell: (one) => (
                  <Button
                    kind="quiet"
                    small
                    busy={busy.value === one.id}
                    label={`${words.sessionEnd}: ${one.current ? words.sessionHere : words.sessionOther}`}
                    onClick={() => void act(one.id, () => end(one))}
                  >
                    {words.sessionEnd}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Asked>
      <div>
        <Button
          kind="danger"
          busy={busy.value === "all"}
          describedBy="everywhere"
          onClick={() => void act("all", endAll)}
        >
          {words.everywhere}
        </Button>
      </div>
      <p class="hint" id="everywhere">
        {words.everywhereHint}
      </p>
    </Card>
  );
}
