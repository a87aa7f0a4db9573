/** The one call of this window, from its token to its bill. It goes on while one turns pages. */

import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { stopwatch } from "../frame/formats";
import { ongoing } from "../frame/ongoing";
import { path } from "../frame/router";
import { offers, service } from "../frame/service";
import { me, refreshBalance } from "../frame/session";
import { computed, effect, signal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { connect, type Fault, type Line, type Quality, type Warning } from "./carrier";
import { costMicros, type Rate } from "./cost";
import type { Quote } from "./quotes";
import { chosen, tryMicrophone } from "./sound";
import { phoneWords } from "./words";

export type CallRecord = Schema<"Call">;
export type Phase = "preparing" | "connecting" | "ringing" | "talking" | "reconnecting" | "ended";

/**
 * `record` is the service's word on it, once there is one; `isRefused` when the service has never heard of it,
 * `untold` why it may not tell of it.
 */
export type Placed = {
  to: string;
  quote: Quote;
  phase: Phase;
  id?: string;
  record?: CallRecord;
  isRefused?: boolean;
  untold?: string;
  fault?: Fault | undefined;
};

export const LAST_SECONDS = 60;

export const placed = signal<Placed | undefined>(undefined);
export const isMuted = signal(false);
export const warnings = signal<Warning[]>([]);
/** Since somebody answered. */
export const seconds = signal(0);
export const digits = signal("");

export const isLive = computed(() => Boolean(placed.value) && placed.value?.phase !== "ended");
/** What it is counted by: the rate that was frozen when it began, before that the quote's. */
export const rate = computed<Rate | undefined>(() => placed.value?.record?.rate ?? placed.value?.quote);
export const costSoFar = computed(() => ({
  amount_micros: rate.value ? costMicros(rate.value, seconds.value) : 0,
  currency: rate.value?.currency ?? service.currency,
}));
/** How long it can still last; the carrier ends it then. */
export const secondsLeft = computed(() => Math.max(0, longest() - seconds.value));
/** Whether its last minute has begun. */
export const isEnding = computed(
  () => ["talking", "reconnecting"].includes(placed.value?.phase ?? "") && secondsLeft.value <= LAST_SECONDS,
);

const LOOKS_MILLISECONDS = [300, 700, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000];
let line: Line | undefined;
let answeredAt = 0;
let ticking = 0;
let placing = new AbortController();

/** Place a call. Raises NoMicrophone, and Problems of its token; all that comes later is shown in `placed`. */
export async function place(quote: Quote, callerId: string | undefined): Promise<void> {
  if (isLive.value) return;
  begin(quote);
  const { signal } = placing;
  try {
    await tryMicrophone();
    if (signal.aborted) return;
    const body = callerId ? { caller_id: callerId } : {};
    const { token, call_id: id } = await say(api.POST("/api/calls/token", { body, signal }));
    if (signal.aborted) return;
    change({ id, phase: "connecting" });
    line = connect(token, quote.to, chosen.value, listener());
  } catch (thrown) {
    if (signal.aborted) return;
    drop();
    throw thrown;
  }
}

/** End the call; one that the carrier has not heard of yet never was. */
export function hangUp(): void {
  placing.abort();
  if (line) line.hangUp();
  else if (isLive.value) drop();
}

function drop(): void {
  placed.value = undefined;
  ongoing.value = undefined;
}

export function mute(wanted: boolean): void {
  line?.mute(wanted);
  isMuted.value = wanted;
}

/** Send digits to whoever answered. */
export function press(key: string): void {
  line?.press(key);
  digits.value += key;
}

/** Speak and listen through the chosen devices from now on. */
export async function useChosen(): Promise<void> {
  await line?.use(chosen.value);
}

/** Put the call that has ended aside. */
export function clear(): void {
  if (!isLive.value) placed.value = undefined;
}

function begin(quote: Quote): void {
  placed.value = { to: quote.to, quote, phase: "preparing" };
  isMuted.value = false;
  warnings.value = [];
  seconds.value = 0;
  digits.value = "";
  placing = new AbortController();
  line = undefined;
  answeredAt = 0;
  void import("./Ongoing").then(({ Ongoing }) => {
    if (isLive.value) ongoing.value = Ongoing;
  });
}

function change(news: Partial<Placed>): void {
  if (placed.value) placed.value = { ...placed.value, ...news };
}

function listener() {
  return {
    ringing: () => change({ phase: "ringing" }),
    answered: () => {
      answeredAt = performance.now();
      // The clock is read anew each time: a background tab ticks seldom.
      ticking = setInterval(tick, 250);
      change({ phase: "talking" });
      void learn();
    },
    reconnecting: () => change({ phase: "reconnecting" }),
    reconnected: () => change({ phase: answeredAt ? "talking" : "ringing" }),
    warned: (warning: Warning, isOver: boolean) => {
      const others = warnings.value.filter((one) => one !== warning);
      warnings.value = isOver ? others : [...others, warning];
    },
    ended: (fault: Fault | undefined) => finish(fault),
  };
}

function tick(): void {
  seconds.value = Math.floor((performance.now() - answeredAt) / 1000);
}

/** The rate that was frozen, and how long the carrier lets it last. */
async function learn(): Promise<void> {
  const { id } = placed.value ?? {};
  if (!id) return;
  const told = await look(id).catch(() => undefined);
  if (placed.value?.id !== id || !isLive.value) return;
  if (told?.record) change(told);
  void refreshBalance();
}

function longest(): number {
  return placed.value?.record?.limit_seconds ?? placed.value?.quote.affordable_seconds ?? 0;
}

function finish(fault: Fault | undefined): void {
  clearInterval(ticking);
  const words = phoneWords();
  if (path.value !== "/") tell(fault ? words.faults[fault] : words.phases.ended, fault ? "bad" : "good");
  const quality = line?.quality();
  line = undefined;
  ongoing.value = undefined;
  change({ phase: "ended", fault });
  void settle(quality);
}

/** Look until the service knows how it ended, which the carrier tells it within moments. */
async function settle(quality: Quality | undefined): Promise<void> {
  const { id } = placed.value ?? {};
  if (!id) return;
  for (const milliseconds of LOOKS_MILLISECONDS) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    if (!me.value) return;
    const told = await look(id).catch(() => undefined);
    if (!told || told.record?.state === "live") continue;
    if (placed.value?.id === id) change(told);
    void refreshBalance();
    if (told.record && quality && offers("call_quality")) await note(id, quality);
    return;
  }
}

/** What the service says of it, also where it knows of none or may not tell. */
async function look(id: string): Promise<Pick<Placed, "record" | "isRefused" | "untold">> {
  try {
    return { record: await say(api.GET("/api/calls/{id}", { params: { path: { id } } })) };
  } catch (thrown) {
    const { status, message } = asProblem(thrown);
    if (status === 404) return { isRefused: true };
    if (status === 403) return { untold: message };
    throw thrown;
  }
}

/** How good the line was is worth no message when it can't be told. */
async function note(id: string, body: Quality): Promise<void> {
  await api.POST("/api/calls/{id}/quality", { params: { path: { id } }, body }).catch(asProblem);
}

/** The window's title tells of the call, so that it can be heard of from another tab. */
effect(() => {
  if (!isLive.value || !placed.value) return;
  const { phase } = placed.value;
  const words = phoneWords();
  const state = phase === "talking" ? stopwatch(seconds.value) : words.phases[phase];
  document.title = `${state} · ${service.title}`;
});

effect(() => {
  if (isLive.value || !placed.value) return;
  const heading = document.querySelector("h1")?.textContent;
  document.title = [heading, service.title].filter(Boolean).join(" · ");
});

/** Whoever signs out hangs up. */
effect(() => {
  if (me.value) return;
  hangUp();
  placed.value = undefined;
});
