/** The overview: the account, what is held of it, what was asked for, and what this service will do one day. */

import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Banner } from "../design/Banner";
import { ButtonLink } from "../design/Button";
import { Card, Details } from "../design/Card";
import { Page } from "../design/Page";
import { day, number, phoneNumber } from "../frame/formats";
import { service } from "../frame/service";
import { type Me, me } from "../frame/session";
import { isOpen } from "../privacy/rights";
import { privacyWords } from "../privacy/words";
import { homeWords } from "./words";

const NEWEST = 20;

export default function Home() {
  const words = homeWords();
  const person = me.value;
  if (!person) return null;
  return (
    <Page title={words.title} lead={words.lead(service.title)}>
      {person.ends_at && <Banner kind="warning">{words.closedUntil(day(person.ends_at))}</Banner>}
      <div class="columns even">
        <Account person={person} />
        <Data />
        <Requests />
        <Coming />
      </div>
    </Page>
  );
}

function Account({ person }: { person: Me }) {
  const words = homeWords();
  return (
    <Card title={words.accountTitle}>
      <Details
        pairs={[
          [words.name, person.name],
          [words.email, person.email],
          [words.phone, person.phone && phoneNumber(person.phone)],
          [words.since, day(person.created_at)],
        ]}
      />
      <div class="actions">
        <ButtonLink kind="quiet" href="/settings">
          {words.toSettings}
        </ButtonLink>
      </div>
    </Card>
  );
}

function Data() {
  const words = homeWords();
  const answer = useAnswer((signal) => say(api.GET("/api/privacy/data", { signal })));
  return (
    <Card title={words.dataTitle}>
      <Asked answer={answer} lines={2}>
        {({ items }) => (
          <p>
            {words.held(number(items.filter(({ count }) => count).length), number(items.length))}{" "}
            {next(items)}
          </p>
        )}
      </Asked>
      <div class="actions">
        <ButtonLink kind="quiet" href="/privacy">
          {words.toData}
        </ButtonLink>
        <ButtonLink kind="quiet" href="/privacy/choices">
          {words.toChoices}
        </ButtonLink>
        <ButtonLink kind="quiet" href="/privacy/file">
          {words.toFile}
        </ButtonLink>
      </div>
    </Card>
  );
}

function next(items: Schema<"DataCategory">[]): string {
  const ends = items.flatMap(({ ends_at }) => ends_at ?? []).sort();
  return ends[0] ? homeWords().next(day(ends[0])) : "";
}

function Requests() {
  const words = homeWords();
  const { types } = privacyWords();
  const answer = useAnswer((signal) => {
    return say(api.GET("/api/privacy/requests", { params: { query: { limit: NEWEST } }, signal }));
  });
  return (
    <Card title={words.requestsTitle}>
      <Asked answer={answer} lines={2}>
        {({ items }) => {
          const open = items.filter(isOpen);
          if (!open.length) return <p class="muted">{words.noRequests}</p>;
          return (
            <ul class="stack">
              {open.map(({ id, type, due_at }) => (
                <li key={id}>
                  {types[type]}, <span class="muted">{words.due(day(due_at))}</span>
                </li>
              ))}
            </ul>
          );
        }}
      </Asked>
      <div class="actions">
        <ButtonLink kind="quiet" href="/privacy/requests">
          {words.toRequests}
        </ButtonLink>
      </div>
    </Card>
  );
}

/** What the policy has decided about and nobody runs yet. */
function Coming() {
  const words = homeWords();
  const answer = useAnswer((signal) => say(api.GET("/api/privacy/policy", { signal })));
  const planned = answer.told.value?.capabilities.filter(({ state }) => state === "planned") ?? [];
  if (answer.told.value && !planned.length) return null;
  return (
    <Card title={words.comingTitle}>
      <Asked answer={answer} lines={4}>
        {() => (
          <>
            <ul class="stack" lang="en">
              {planned.map(({ id, title }) => (
                <li key={id}>{title}</li>
              ))}
            </ul>
            <p class="muted small">{words.coming}</p>
          </>
        )}
      </Asked>
    </Card>
  );
}
