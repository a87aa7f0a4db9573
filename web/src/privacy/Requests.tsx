/** Every request, by when it is answered, and what became of it. */

import { type Pages, useAnswer, usePages } from "../api/asking";
import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import { AskedPages } from "../design/Asked";
import { Button } from "../design/Button";
import { Badge, Card, Details, EmptyState } from "../design/Card";
import { day, moment } from "../frame/formats";
import { isActive } from "../frame/session";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { ask, cancel, EXPORTS, isOpen, type Request, type Right, rights } from "./rights";
import { privacyWords } from "./words";

const PART = 20;
const OTHERS: Right[] = ["correction", "withdraw_consent", "opt_out", "complaint"];
const BADGES: Partial<Record<Request["state"], "good" | "bad" | "plain">> = {
  fulfilled: "good",
  partially_fulfilled: "good",
  denied: "bad",
  held: "bad",
  expired: "plain",
  cancelled: "plain",
};

export function Requests() {
  const words = privacyWords();
  const pages = usePages<Request>((cursor, signal) => {
    const query = { limit: PART, ...(cursor && { cursor }) };
    return say(api.GET("/api/privacy/requests", { params: { query }, signal }));
  });
  return (
    <>
      <Card title={words.requestsTitle}>
        <AskedPages pages={pages} more={words.more}>
          {(requests) =>
            requests.length ? (
              <div class="kinds">
                {requests.map((one) => (
                  <One key={one.id} request={one} pages={pages} />
                ))}
              </div>
            ) : (
              <EmptyState icon="privacy" title={words.requestsEmpty}>
                <p>{words.requestsEmptyWhat}</p>
              </EmptyState>
            )
          }
        </AskedPages>
      </Card>
      {isActive.value && <Others pages={pages} />}
    </>
  );
}

function One({ request, pages }: { request: Request; pages: Pages<Request> }) {
  const words = privacyWords();
  const busy = useSignal(false);

  async function end() {
    busy.value = true;
    try {
      await cancel(request.id);
      tell(words.cancelled);
      await pages.look();
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  }

  return (
    <details class="kind" open={isOpen(request)}>
      <summary>
        <span>
          {words.types[request.type]} <span class="muted small">{day(request.received_at)}</span>
        </span>
        <Badge kind={BADGES[request.state] ?? "warning"}>{words.states[request.state]}</Badge>
      </summary>
      <div class="stack">
        <Details
          pairs={[
            [words.askedOn, moment(request.received_at)],
            [words.due, isOpen(request) && day(request.due_at)],
            [words.reason, request.reason && <span lang="en">{request.reason}</span>],
            [
              words.history,
              <ol key="events">
                {request.events.map(({ at, state }) => (
                  <li key={at + state}>
                    <time dateTime={at}>{moment(at)}</time>: {words.states[state]}
                  </li>
                ))}
              </ol>,
            ],
            [words.kept, Boolean(request.kept?.length) && <Kept request={request} />],
          ]}
        />
        {isOpen(request) && OTHERS.includes(request.type) && (
          <p class="muted small">{words.tellMore(request.id)}</p>
        )}
        {isCancellable(request) && (
          <div>
            <Button kind="quiet" small busy={busy.value} onClick={() => void end()}>
              {words.cancelRequest}
            </Button>
          </div>
        )}
      </div>
    </details>
  );
}

function Kept({ request }: { request: Request }) {
  const words = privacyWords();
  return (
    <ul>
      {request.kept?.map(({ store, category, reason, until }) => (
        <li key={`${store} ${category}`}>
          <span lang="en">{reason}</span> {until && words.until(day(until))}
        </li>
      ))}
    </ul>
  );
}

/** What has no part of its own. */
function Others({ pages }: { pages: Pages<Request> }) {
  const words = privacyWords();
  const known = useAnswer(rights);
  const busy = useSignal<Right | undefined>(undefined);

  async function exercise(type: Right) {
    busy.value = type;
    try {
      if (!(await ask(type))) return;
      tell(words.asked);
      await pages.look();
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = undefined;
    }
  }

  const offered = OTHERS.filter((type) => known.told.value?.includes(type));
  if (!offered.length) return null;
  return (
    <Card title={words.otherTitle}>
      <p class="muted">{words.otherWhat}</p>
      <div class="actions">
        {offered.map((type) => (
          <Button key={type} kind="quiet" busy={busy.value === type} onClick={() => void exercise(type)}>
            {words.asks[type]}
          </Button>
        ))}
      </div>
    </Card>
  );
}

function isCancellable(request: Request): boolean {
  if (request.type === "deletion") return request.state === "received" || request.state === "grace";
  if (EXPORTS.includes(request.type)) return ["received", "in_progress"].includes(request.state);
  return isOpen(request);
}
