/** What is held by category, when it goes, and who else gets it. */

import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { Asked } from "../design/Asked";
import { ButtonLink } from "../design/Button";
import { Badge, Card, Details } from "../design/Card";
import { Table } from "../design/Table";
import { counted, country, day, moment, number } from "../frame/formats";
import { privacyWords } from "./words";

type Category = Schema<"DataCategory">;
const DAY_MILLISECONDS = 86_400_000;

export function Held() {
  const words = privacyWords();
  const answer = useAnswer((signal) => say(api.GET("/api/privacy/data", { signal })));
  return (
    <>
      <Asked answer={answer} lines={6} tall>
        {(summary) => (
          <>
            <Card title={words.goesTitle}>
              <Leaving items={summary.items} at={summary.at} />
            </Card>
            <Card title={words.heldTitle}>
              <div class="kinds">
                {summary.items.map((one) => (
                  <Kind key={one.id} one={one} />
                ))}
              </div>
              <p class="muted small">{words.byPolicy(summary.policy_version, moment(summary.at))}</p>
            </Card>
          </>
        )}
      </Asked>
      <Partners />
    </>
  );
}

/** One bar for each kind, as long as the time that is left to it. */
function Leaving({ items, at }: { items: Category[]; at: string }) {
  const words = privacyWords();
  const start = Date.parse(at);
  const ending = items
    .flatMap(({ id, title, ends_at }) => (ends_at ? [{ id, title, ends_at }] : []))
    .sort((one, other) => Date.parse(one.ends_at) - Date.parse(other.ends_at));
  if (!ending.length) return <p class="muted">{words.goesEmpty}</p>;
  const last = Math.max(...ending.map((one) => Date.parse(one.ends_at) - start), DAY_MILLISECONDS);
  return (
    <>
      <p class="muted">{words.goesLead}</p>
      <Table
        caption={words.goesTitle}
        rows={ending}
        keyOf={({ id }) => id}
        columns={[
          { title: words.kind, cell: ({ title }) => <span lang="en">{title}</span>, head: true },
          {
            title: words.left,
            cell: ({ ends_at }) => (
              <span class="time-left">
                <span class="bar" aria-hidden="true">
                  <span style={{ inlineSize: `${share(Date.parse(ends_at) - start, last)}%` }} />
                </span>
                {left(Date.parse(ends_at) - start)}
              </span>
            ),
          },
          {
            title: words.gone,
            end: true,
            cell: ({ ends_at }) => <time dateTime={ends_at}>{day(ends_at)}</time>,
          },
        ]}
      />
    </>
  );
}

function Kind({ one }: { one: Category }) {
  const words = privacyWords();
  return (
    <details class="kind">
      <summary>
        <span lang="en">{one.title}</span>
        <Badge kind={one.count ? "good" : "plain"}>{told(one)}</Badge>
      </summary>
      <div class="stack">
        <p lang="en">{one.what}</p>
        <Details
          pairs={[
            [
              words.why,
              <ul key="why">
                {one.purposes.map(({ id, what, basis }) => (
                  <li key={id}>
                    <span lang="en">{what}</span> <span class="muted">({words.bases[basis] ?? basis})</span>
                  </li>
                ))}
              </ul>,
            ],
            [
              words.keptFor,
              <span key="kept">
                <span lang="en">{one.retention}</span> {one.ends_at && words.lastGoes(day(one.ends_at))}
              </span>,
            ],
            [
              words.contains,
              <ul key="fields" lang="en">
                {one.fields.map(({ id, what }) => (
                  <li key={id}>{what}</li>
                ))}
              </ul>,
            ],
            [
              words.receivers,
              one.recipients.length ? (
                <ul key="recipients">
                  {one.recipients.map(({ id, title, country: code }) => (
                    <li key={id}>
                      {title} <span class="muted">({country(code)})</span>
                    </li>
                  ))}
                </ul>
              ) : (
                words.nobody
              ),
            ],
          ]}
        />
      </div>
    </details>
  );
}

function Partners() {
  const words = privacyWords();
  const answer = useAnswer((signal) => say(api.GET("/api/privacy/subprocessors", { signal })));
  return (
    <Card title={words.partnersTitle}>
      <Asked answer={answer} lines={4}>
        {({ items }) => (
          <Table
            caption={words.partnersTitle}
            rows={items.filter((one) => one.active)}
            keyOf={({ id }) => id}
            columns={[
              { title: words.partner, cell: ({ title }) => title, head: true },
              { title: words.what, cell: ({ what }) => <span lang="en">{what}</span> },
              { title: words.where, cell: ({ country: code }) => country(code) },
            ]}
          />
        )}
      </Asked>
      <div class="actions">
        <ButtonLink kind="quiet" href="/api/privacy/notice">
          {words.readNotice}
        </ButtonLink>
        <ButtonLink kind="link" href="/api/privacy/policy">
          {words.readPolicy}
        </ButtonLink>
      </div>
    </Card>
  );
}

function told({ count, more }: Category): string {
  const words = privacyWords();
  if (count === null || count === undefined) return words.uncounted;
  return count ? words.count(number(count), more) : words.none;
}

/** Years from two on, else days. */
function left(milliseconds: number): string {
  const days = Math.max(0, Math.ceil(milliseconds / DAY_MILLISECONDS));
  return days >= 730 ? counted(Math.floor(days / 365), "year") : counted(days, "day");
}

function share(milliseconds: number, last: number): number {
  return Math.min(100, Math.max(1.5, (100 * milliseconds) / last));
}
