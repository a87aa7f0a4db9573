/** Back from the payment page: wait until the order is credited, or say what became of it. */

import { useEffect } from "preact/hooks";
import { lookUntil } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { credit } from "../frame/formats";
import type { PageProps } from "../frame/router";
import { balance, refreshBalance } from "../frame/session";
import { useSignal } from "../frame/signals";
import { After } from "./After";
import { moneyWords } from "./words";

const PAUSES = [300, 500, 1000, 1000, 2000, 2000, 3000, 5000, 5000, 10_000, 10_000, 10_000];
const ENDS = ["paid", "failed", "expired", "suspense"] as const;
type End = (typeof ENDS)[number] | "waiting" | "late" | "cancelled" | "unknown";
type Topup = Schema<"Topup">;

export default function TopupDone({ query }: PageProps) {
  const words = moneyWords();
  const id = query.get("order");
  const isBack = location.pathname.startsWith("/topup/done") && id;
  const end = useSignal<End>(isBack ? "waiting" : "cancelled");
  const order = useSignal<Topup | undefined>(undefined);
  const why = useSignal("");

  useEffect(() => {
    const leaving = new AbortController();
    if (isBack) void wait(id, leaving.signal);
    return () => leaving.abort();
  }, []);

  async function wait(id: string, signal: AbortSignal) {
    try {
      const look = () => say(api.GET("/api/topups/{id}", { params: { path: { id } } }));
      const told = await lookUntil(look, ({ state }) => ENDS.some((one) => one === state), {
        signal,
        pauses: PAUSES,
      });
      if (signal.aborted) return;
      if (told?.state === "paid") await refreshBalance();
      order.value = told;
      end.value = (told?.state as End | undefined) ?? "late";
    } catch (thrown) {
      why.value = asProblem(thrown).message;
      end.value = "unknown";
    }
  }

  switch (end.value) {
    case "waiting":
      return <After title={words.waitingTitle} text={words.waiting} busy />;
    case "paid":
      return (
        <After
          title={words.thanksTitle}
          kind="good"
          text={[
            order.value && words.thanks(credit(order.value.amount)),
            balance.value && words.now(credit(balance.value.available)),
          ]
            .filter(Boolean)
            .join(" ")}
          toPhone
        />
      );
    case "failed":
      return <After title={words.failedTitle} kind="bad" text={words.failed} again />;
    case "expired":
      return <After title={words.expiredTitle} text={words.expired} again />;
    case "suspense":
      return <After title={words.suspenseTitle} kind="warning" text={words.suspense} />;
    case "late":
      return <After title={words.lateTitle} text={words.late} />;
    case "cancelled":
      return <After title={words.cancelledTitle} text={words.cancelled} again />;
    case "unknown":
      return <After title={words.unknownTitle} kind="warning" text={why.value} />;
  }
}
