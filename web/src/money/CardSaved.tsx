/** Back from the page that saves a card: wait until automatic top-ups are on. */

import { useEffect } from "preact/hooks";
import { lookUntil } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { whole } from "../frame/formats";
import { useSignal } from "../frame/signals";
import { After } from "./After";
import { moneyWords } from "./words";

const PAUSES = [300, 500, 1000, 1000, 2000, 2000, 3000, 5000, 5000, 10_000];
type State = Schema<"AutoTopup">;

export default function CardSaved() {
  const words = moneyWords();
  const isBack = location.pathname.startsWith("/card/saved");
  const end = useSignal<"waiting" | "on" | "late" | "cancelled">(isBack ? "waiting" : "cancelled");
  const now = useSignal<State | undefined>(undefined);
  const why = useSignal("");

  useEffect(() => {
    const leaving = new AbortController();
    if (isBack) void wait(leaving.signal);
    return () => leaving.abort();
  }, []);

  async function wait(signal: AbortSignal) {
    try {
      const look = () => say(api.GET("/api/auto-topup"));
      now.value = await lookUntil(look, ({ enabled }) => enabled, { signal, pauses: PAUSES });
    } catch (thrown) {
      why.value = asProblem(thrown).message;
    }
    if (!signal.aborted) end.value = now.value ? "on" : "late";
  }

  if (end.value === "waiting") return <After title={words.waitingTitle} text={words.cardWaiting} busy />;
  if (end.value === "cancelled") return <After title={words.cardCancelledTitle} text={words.cardCancelled} />;
  if (end.value === "late" || !now.value?.threshold || !now.value.amount) {
    return <After title={words.cardLateTitle} text={why.value || words.cardLate} />;
  }
  return (
    <After
      title={words.cardTitle}
      kind="good"
      text={words.autoIs(whole(now.value.threshold), whole(now.value.amount))}
    />
  );
}
