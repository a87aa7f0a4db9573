/** Credit: what there is, how to add to it, where it went, and what holds it in bounds. */

import { useEffect } from "preact/hooks";
import { useSignal } from "../frame/signals";
import "./money.css";
import { Banner } from "../design/Banner";
import { Card, Skeleton } from "../design/Card";
import { Page } from "../design/Page";
import { Tabs } from "../design/Tabs";
import { credit, money } from "../frame/formats";
import { type PageProps, readdress } from "../frame/router";
import { type Balance, balance, refreshBalance } from "../frame/session";
import { AutoTopup } from "./AutoTopup";
import { Ledger } from "./Ledger";
import { Limits } from "./Limits";
import { lowCredit } from "./low";
import { Receipts } from "./Receipts";
import { Refunds } from "./Refunds";
import { TopUp } from "./TopUp";
import { moneyWords } from "./words";

const PARTS = ["credit", "movements", "receipts", "limits"] as const;
type Part = (typeof PARTS)[number];

export default function Money({ params }: PageProps) {
  const words = moneyWords();
  const part = useSignal<Part>(PARTS.find((one) => one === params.part) ?? "credit");
  useEffect(() => void refreshBalance(), []);
  return (
    <Page title={words.title}>
      <BalanceCard now={balance.value} />
      <Tabs
        label={words.parts}
        tabs={PARTS.map((key) => ({ key, title: words[key] }))}
        shown={part.value}
        onShow={(key) => {
          part.value = key;
          readdress(key === "credit" ? "/money" : `/money/${key}`);
        }}
      >
        {part.value === "credit" && (
          <div class="columns even">
            <TopUp />
            <AutoTopup />
          </div>
        )}
        {part.value === "movements" && <Ledger />}
        {part.value === "receipts" && (
          <>
            <Receipts />
            <Refunds />
          </>
        )}
        {part.value === "limits" && <Limits />}
      </Tabs>
    </Page>
  );
}

function BalanceCard({ now }: { now: Balance | undefined }) {
  const words = moneyWords();
  return (
    <Card title={words.balance}>
      {now ? (
        <div class="balance">
          <p class="sum">{credit(now.available)}</p>
          <p class="muted small">{now.held.amount_micros ? words.held(money(now.held)) : words.heldNone}</p>
        </div>
      ) : (
        <div class="balance">
          <Skeleton lines={2} />
        </div>
      )}
      {now && <Warning now={now} />}
    </Card>
  );
}

/** Why one may not be able to call, most serious first. */
function Warning({ now }: { now: Balance }) {
  const words = moneyWords();
  if (now.status === "frozen") {
    return (
      <Banner kind="bad" title={words.frozenTitle}>
        {words.frozen}
      </Banner>
    );
  }
  if (now.status !== "open") {
    return (
      <Banner kind="warning" title={words.restingTitle}>
        {words.resting}
      </Banner>
    );
  }
  const low = lowCredit(now);
  if (low === "none") {
    return <Banner title={words.noneTitle}>{words.none}</Banner>;
  }
  return low ? (
    <Banner kind="warning" title={words.lowTitle}>
      {words.low(low)}
    </Banner>
  ) : null;
}
