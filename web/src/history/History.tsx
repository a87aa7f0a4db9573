/** Past calls: found by number, day, country and end, and taken along as a spreadsheet. */

import { useEffect, useState } from "preact/hooks";
import { asProblem } from "../api/problem";
import { Failure } from "../design/Asked";
import { Alert, Banner } from "../design/Banner";
import { Button, ButtonLink, IconButton } from "../design/Button";
import { Badge, Card, EmptyState, Skeleton } from "../design/Card";
import { Page } from "../design/Page";
import { Table } from "../design/Table";
import { country, length, moment, money, number, phoneNumber } from "../frame/formats";
import type { PageProps } from "../frame/router";
import { useSignal } from "../frame/signals";
import { isLive } from "../phone/call";
import { dial } from "../phone/dialled";
import { Filtering } from "./Filtering";
import "./history.css";
import {
  again,
  alarm,
  begin,
  calls,
  filters,
  hasMore,
  isLoading,
  learnCountries,
  more,
  type PastCall,
  search,
} from "./past";
import { download, fetchFile, file } from "./sheet";
import { historyWords } from "./words";

export default function History({ query }: PageProps) {
  const words = historyWords();
  useState(() => begin(query));
  useEffect(() => {
    void search(filters.value);
    void learnCountries();
  }, []);
  return (
    <Page title={words.title} end={<Download />}>
      <Sheet />
      <Filtering />
      <Card>
        <List />
      </Card>
    </Page>
  );
}

function List() {
  const words = historyWords();
  const known = calls.value;
  if (alarm.value && !known) return <Failure text={alarm.value} onTry={again} />;
  if (!known) return <Skeleton tall lines={6} />;
  if (!known.length && !hasMore.value) return <Nothing />;
  return (
    <>
      {known.length ? <Calls calls={known} /> : <p class="muted">{words.noneFitYet}</p>}
      {alarm.value && <Failure text={alarm.value} onTry={again} />}
      {hasMore.value && !alarm.value && (
        <div>
          <Button kind="quiet" busy={isLoading.value} onClick={() => void more()}>
            {words.more}
          </Button>
        </div>
      )}
    </>
  );
}

function Calls({ calls }: { calls: PastCall[] }) {
  const words = historyWords();
  return (
    <Table
      caption={words.list}
      rows={calls}
      keyOf={(call) => call.id}
      columns={[
        {
          title: words.number,
          head: true,
          cell: (call) => <a href={`/history/${call.id}`}>{phoneNumber(call.to)}</a>,
        },
        { title: words.country, cell: (call) => country(call.country) },
        { title: words.when, cell: (call) => moment(call.at) },
        { title: words.outcome, cell: (call) => <Outcome call={call} /> },
        { title: words.duration, end: true, cell: (call) => length(call.duration_seconds) },
        { title: words.cost, end: true, cell: (call) => money(call.cost) },
        {
          title: words.again,
          end: true,
          cell: (call) => (
            <IconButton
              icon="phone"
              label={`${words.again}: ${phoneNumber(call.to)}`}
              disabled={isLive.value}
              onClick={() => dial(call.to)}
            />
          ),
        },
      ]}
    />
  );
}

export function Outcome({ call }: { call: PastCall }) {
  const words = historyWords();
  if (call.state === "live") return <Badge kind="good">{words.live}</Badge>;
  const kind = call.duration_seconds ? "good" : "plain";
  return <Badge kind={kind}>{words.outcomes[call.outcome ?? ""] ?? call.outcome}</Badge>;
}

function Nothing() {
  const words = historyWords();
  const isFiltered = Object.keys(filters.value).length > 0;
  if (isFiltered) {
    return (
      <EmptyState icon="search" title={words.noneFit}>
        <p>{words.noneFitLead}</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="history" title={words.noCalls}>
      <p>{words.noCallsLead}</p>
      <ButtonLink href="/" kind="quiet">
        {words.toPhone}
      </ButtonLink>
    </EmptyState>
  );
}

const isMaking = () => Boolean(file.value && ["waiting", "running"].includes(file.value.state));

function Download() {
  const words = historyWords();
  const isBusy = useSignal(false);
  const problem = useSignal("");
  return (
    <div class="stack">
      <Button
        kind="quiet"
        icon="download"
        busy={isBusy.value || isMaking()}
        disabled={!calls.value?.length}
        onClick={async () => {
          problem.value = "";
          isBusy.value = true;
          await download(filters.value).catch((thrown) => {
            problem.value = asProblem(thrown).message;
          });
          isBusy.value = false;
        }}
      >
        {words.download}
      </Button>
      <Alert text={problem.value} />
    </div>
  );
}

/** The file that is made apart. */
function Sheet() {
  const words = historyWords();
  const problem = useSignal("");
  const made = file.value;
  if (!made) return null;
  if (made.state === "failed") return <Alert text={words.failed} />;
  if (isMaking()) return <Banner>{words.making(number(made.rows))}</Banner>;
  return (
    <>
      <Banner kind="good" title={words.ready(number(made.rows))}>
        <span>{words.until(moment(made.expires_at))}</span>
        <div>
          <Button
            kind="quiet"
            small
            icon="download"
            onClick={() => {
              problem.value = "";
              fetchFile().catch((thrown) => {
                problem.value = asProblem(thrown).message;
              });
            }}
          >
            {words.fetch}
          </Button>
        </div>
      </Banner>
      <Alert text={problem.value} />
    </>
  );
}
