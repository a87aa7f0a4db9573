/** The certificate of a deletion: what was done, what stays, and how to check it. Its link alone opens it. */

import "./certificate.css";
import { useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Banner } from "../design/Banner";
import { Card } from "../design/Card";
import { Page } from "../design/Page";
import { Table } from "../design/Table";
import { day, duration, number } from "../frame/formats";
import { service } from "../frame/service";
import { Proof } from "./Proof";
import type { Certificate } from "./signature";
import { certificateWords } from "./words";

type Policy = Schema<"PolicyDocument">;
type Found = { certificate: Certificate | null; policy: Policy };
type Told = { certificate: Certificate; policy: Policy };

/** The capability stands behind the `#`, which no browser sends to anybody. */
export default function Opened() {
  const words = certificateWords();
  const capability = location.hash.slice(1);
  if (/^[\w-]+$/.test(capability)) return <Looked capability={capability} />;
  return (
    <Page title={words.incompleteTitle} width="narrow">
      <Banner kind="bad">{words.incomplete}</Banner>
    </Page>
  );
}

function Looked({ capability }: { capability: string }) {
  const words = certificateWords();
  const answer = useAnswer<Found>(async (signal) => {
    const params = { path: { capability } };
    const [certificate, policy] = await Promise.all([
      say(api.GET("/api/privacy/certificates/{capability}", { params, signal })).catch(nothing),
      say(api.GET("/api/privacy/policy", { signal })),
    ]);
    return { certificate, policy };
  });
  const found = answer.told.value;
  if (found?.certificate) return <Whole certificate={found.certificate} policy={found.policy} />;
  return (
    <Page title={found ? words.goneTitle : words.proofTitle} width="narrow">
      <Asked answer={answer} lines={6} tall>
        {({ policy }) => <Gone policy={policy} />}
      </Asked>
    </Page>
  );
}

/** Null for one that is not there, or not any more: the service does not tell them apart. */
function nothing(thrown: unknown): null {
  const problem = asProblem(thrown);
  if (problem.status !== 404) throw problem;
  return null;
}

function Gone({ policy }: { policy: Policy }) {
  const words = certificateWords();
  const life = category(policy, "privacy_request")?.retention?.find((one) => one.maximum)?.maximum;
  return (
    <Banner kind="bad">
      <p>{words.gone}</p>
      {life && <p>{words.goneBy(duration(life))}</p>}
    </Banner>
  );
}

function Whole({ certificate, policy }: Told) {
  const words = certificateWords();
  const { requested_at, completed_at } = certificate;
  const held = certificate.kept.filter((one) => isHeld(policy, one));
  return (
    <Page
      title={words.title(service.title)}
      width="reading"
      lead={
        <>
          {words.asked(day(requested_at))} {words.done(day(completed_at))}
        </>
      }
    >
      {held.length > 0 && (
        <Banner kind="warning" title={words.heldTitle}>
          {words.held}
        </Banner>
      )}
      <Here certificate={certificate} policy={policy} />
      <Others certificate={certificate} policy={policy} />
      <Staying certificate={certificate} policy={policy} />
      <Ending certificate={certificate} policy={policy} />
      <Proof certificate={certificate} />
      <p class="muted small">{words.nobody}</p>
    </Page>
  );
}

/** One line for each kind of data in each place, and what became of it. */
function Here({ certificate, policy }: Told) {
  const words = certificateWords();
  const done = certificate.actions.filter(({ count }) => count > 0);
  return (
    <Card title={words.hereTitle}>
      {done.length === 0 ? (
        <p>{words.hereNothing}</p>
      ) : (
        <Table
          caption={words.hereTitle}
          rows={done}
          keyOf={({ store, category, action }) => `${store} ${category} ${action}`}
          columns={[
            { title: words.kind, cell: (one) => <Kind policy={policy} id={one.category} />, head: true },
            { title: words.where, cell: ({ store }) => <Place policy={policy} id={store} /> },
            { title: words.became, cell: (one) => words.actions[action(policy, one)] ?? one.action },
            { title: words.count, cell: ({ count }) => number(count), end: true },
          ]}
        />
      )}
    </Card>
  );
}

function Others({ certificate, policy }: Told) {
  const words = certificateWords();
  if (!certificate.processors.length) return null;
  return (
    <Card title={words.othersTitle}>
      <Table
        caption={words.othersTitle}
        rows={certificate.processors}
        keyOf={({ processor, category }) => `${processor} ${category}`}
        columns={[
          { title: words.who, cell: ({ processor }) => place(policy, processor), head: true },
          { title: words.kind, cell: (one) => <Kind policy={policy} id={one.category} /> },
          { title: words.count, cell: ({ count }) => number(count), end: true },
          { title: words.confirmed, cell: (one) => <Day at={one.confirmed_at} />, end: true },
        ]}
      />
    </Card>
  );
}

/** What law or the policy keeps, of nobody any more; and what is held for a legal matter, as it is. */
function Staying({ certificate, policy }: Told) {
  const words = certificateWords();
  const held = certificate.kept.filter((one) => isHeld(policy, one));
  const kept = certificate.kept.filter((one) => !held.includes(one));
  return (
    <Card title={words.staysTitle}>
      {certificate.kept.length === 0 && <p>{words.staysNothing}</p>}
      <Kept title={words.stays} lines={kept} policy={policy} />
      <Kept title={words.heldKinds} lines={held} policy={policy} />
    </Card>
  );
}

function Kept({ title, lines, policy }: { title: string; lines: Certificate["kept"]; policy: Policy }) {
  const words = certificateWords();
  if (!lines.length) return null;
  return (
    <>
      <p class="muted">{title}</p>
      <Table
        caption={title}
        rows={[...new Map(lines.map((one) => [one.category, one])).values()]}
        keyOf={({ category }) => category}
        columns={[
          { title: words.kind, cell: (one) => <Kind policy={policy} id={one.category} />, head: true },
          { title: words.why, cell: ({ reason }) => <span lang="en">{reason}</span> },
          { title: words.until, cell: ({ until }) => (until ? <Day at={until} /> : words.noDay), end: true },
        ]}
      />
    </>
  );
}

function Ending({ certificate, policy }: Told) {
  const words = certificateWords();
  if (!certificate.residues.length) return null;
  return (
    <Card title={words.endsTitle}>
      <Table
        caption={words.endsTitle}
        rows={certificate.residues}
        keyOf={({ at, says }) => `${at} ${says}`}
        columns={[
          { title: words.where, cell: ({ at }) => <Place policy={policy} id={at} />, head: true },
          { title: words.what, cell: ({ says }) => <span lang="en">{says}</span> },
          { title: words.until, cell: ({ until }) => (until ? <Day at={until} /> : words.noDay), end: true },
        ]}
      />
    </Card>
  );
}

/** The policy's own word for a kind of data; one that it no longer knows by its name. */
function Kind({ policy, id }: { policy: Policy; id: string }) {
  return <span lang="en">{category(policy, id)?.title ?? id}</span>;
}

function Place({ policy, id }: { policy: Policy; id: string }) {
  return (
    <span class="muted" lang="en">
      {place(policy, id)}
    </span>
  );
}

function Day({ at }: { at: string }) {
  return <time dateTime={at}>{day(at)}</time>;
}

function category(policy: Policy, wanted: string) {
  return policy.categories.find(({ id }) => id === wanted);
}

function place(policy: Policy, wanted: string): string {
  const store = policy.stores.find(({ id }) => id === wanted);
  return store?.what ?? policy.processors.find(({ id }) => id === wanted)?.title ?? wanted;
}

/** Of what stays only what pointed to the person was erased. */
function action(policy: Policy, done: Certificate["actions"][number]): string {
  const isKept = category(policy, done.category)?.on_erasure.action === "keep";
  const isTable = policy.stores.find(({ id }) => id === done.store)?.kind === "table";
  return isKept && isTable ? "references" : done.action;
}

/** What stays without a day and for another reason than the policy's own. */
function isHeld(policy: Policy, kept: Certificate["kept"][number]): boolean {
  return !kept.until && category(policy, kept.category)?.on_erasure.reason !== kept.reason;
}
