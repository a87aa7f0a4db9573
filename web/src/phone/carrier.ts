/** The carrier's voice SDK, and the only module that knows it. The SDK itself is loaded when somebody calls. */

import type { Call, Device } from "@twilio/voice-sdk";
import type { Schema } from "../api/client";
import silence from "./silence.wav?url";

/** Why a call could not go on, as far as the browser's side knows. */
export type Fault = "microphone" | "token" | "connection";
/** What the SDK may warn of: the network is bad, or nothing is heard from a side. */
export type Warning = "network" | "unheard" | "silent";
export type Devices = { microphone: string; speaker: string };
export type Quality = Schema<"CallQuality">;

/** Told as it happens; `ended` comes once, and last. */
export type Listener = {
  ringing: () => void;
  answered: () => void;
  reconnecting: () => void;
  reconnected: () => void;
  warned: (warning: Warning, isOver: boolean) => void;
  ended: (fault: Fault | undefined) => void;
};

/** A call that was placed. */
export type Line = {
  hangUp: () => void;
  press: (digits: string) => void;
  mute: (isMuted: boolean) => void;
  use: (devices: Devices) => Promise<void>;
  /** What was measured so far; undefined before there was anything to measure. */
  quality: () => Quality | undefined;
};

/** A development machine says where its own signalling is. */
declare global {
  var vowlineVoice: { device: Device.Options } | undefined;
}

const SOUNDS = [
  ..."0123456789sh".split("").map((key) => `dtmf${key}`),
  ...["incoming", "outgoing", "disconnect"],
];
const WARNINGS: Record<string, Warning> = {
  "high-rtt": "network",
  "high-jitter": "network",
  "high-packet-loss": "network",
  "high-packets-lost-fraction": "network",
  "low-mos": "network",
  "low-bytes-received": "silent",
  "low-bytes-sent": "unheard",
  "constant-audio-input-level": "unheard",
};
const FAULTS: Record<number, Fault> = {
  20101: "token",
  20104: "token",
  31204: "token",
  31205: "token",
  31401: "microphone",
  31402: "microphone",
};

/** Load the SDK before it is needed; a failure is told when it is. */
export function prepare(): void {
  void load().catch(() => undefined);
}

/** Place the one call that a token is for. A fault is told to the listener alone. */
export function connect(token: string, to: string, devices: Devices, listener: Listener): Line {
  const measured = new Measured();
  let device: Device | undefined;
  let call: Call | undefined;
  let isOver = false;

  function end(fault: Fault | undefined): void {
    if (isOver) return;
    isOver = true;
    listener.ended(fault);
    // The SDK is still telling its own listeners of the end.
    setTimeout(() => device?.destroy());
  }

  async function begin(): Promise<void> {
    const sdk = await load();
    if (isOver) return;
    device = new sdk.Device(token, options());
    device.on("error", (error) => {
      if (!outlives(call, faultOf(error))) end(faultOf(error));
    });
    // The SDK has asked before us which devices there are, and knows them by then.
    await navigator.mediaDevices.enumerateDevices();
    await use(device, devices);
    call = await device.connect({ params: { To: to } });
    listen(call, listener, measured, end);
  }

  begin().catch((error) => end(faultOf(error)));
  return {
    hangUp: () => {
      call?.disconnect();
      end(undefined); // the SDK tells of no end where there was no call yet, or the connection took it
    },
    press: (digits) => call?.sendDigits(digits),
    mute: (isMuted) => call?.mute(isMuted),
    use: async ({ microphone, speaker }) => {
      const { availableInputDevices: inputs, availableOutputDevices: outputs } = device?.audio ?? {};
      if (device)
        await use(device, { microphone: microphone || usual(inputs), speaker: speaker || usual(outputs) });
    },
    quality: () => measured.told(),
  };
}

const load = () => import("@twilio/voice-sdk");

/** Nothing is fetched from, or told to, anybody but who carries the call; nothing is logged. */
function options(): Device.Options {
  return {
    publishEvents: false,
    logLevel: "silent",
    closeProtection: true,
    sounds: Object.fromEntries(SOUNDS.map((name) => [name, silence])),
    ...globalThis.vowlineVoice?.device,
  } as Device.Options;
}

function listen(call: Call, listener: Listener, measured: Measured, end: (fault?: Fault) => void): void {
  let fault: Fault | undefined;
  call.on("ringing", () => listener.ringing());
  call.on("accept", () => listener.answered());
  call.on("reconnecting", () => {
    measured.interrupted();
    listener.reconnecting();
  });
  call.on("reconnected", () => listener.reconnected());
  call.on("sample", (sample) => measured.add(sample));
  call.on("warning", (name: string) => warn(name, false));
  call.on("warning-cleared", (name: string) => warn(name, true));
  call.on("error", (error) => {
    fault = faultOf(error);
    if (fault === "connection") measured.lost();
    look();
  });
  call.on("disconnect", () => look());
  call.on("cancel", () => look());
  call.on("reject", () => look());
  // Before an answer there is no way back: the SDK then closes the call without another word.
  call.on("transportClose", () => look("connection"));

  /** A moment later, because the SDK tells why a call has ended after it told that it has. */
  function look(unless?: Fault): void {
    queueMicrotask(() => {
      if (call.status() === "closed") end(fault ?? unless);
    });
  }

  function warn(name: string, isOver: boolean): void {
    const warning = WARNINGS[name];
    if (warning) listener.warned(warning, isOver);
  }
}

/** Use what is chosen. A device that has gone, or goes later, leaves the browser's choice. */
async function use(device: Device, { microphone, speaker }: Devices): Promise<void> {
  const audio = device.audio;
  if (!audio) return;
  if (microphone) await audio.setInputDevice(microphone).catch(() => undefined);
  if (speaker && audio.isOutputSelectionSupported) {
    await audio.speakerDevices.set(speaker).catch(() => undefined);
  }
}

/** The browser's choice; some browsers have no word for it. */
function usual(devices?: Map<string, MediaDeviceInfo>): string {
  return devices?.has("default") ? "default" : (devices?.keys().next().value ?? "");
}

/** Whether the SDK goes on with a call by itself, after what it calls an error of its device. */
function outlives(call: Call | undefined, fault: Fault): boolean {
  return call?.status() === "open" || (call?.status() === "reconnecting" && fault !== "token");
}

function faultOf(error: unknown): Fault {
  return FAULTS[(error as { code?: number } | undefined)?.code ?? 0] ?? "connection";
}

type Sample = Parameters<Parameters<Call["on"]>[1]>[0] & {
  mos: number | null;
  jitter: number;
  rtt: number;
  totals: { packetsLostFraction: number };
};

/** Means over a call of what the SDK tells each second. */
class Measured {
  private count = 0;
  private scored = 0;
  private readonly sum = { jitter: 0, rtt: 0, mos: 0 };
  private lostFraction = 0;
  private connection: Quality["connection"] = "steady";

  add(sample: Sample): void {
    this.count++;
    this.sum.jitter += sample.jitter || 0;
    this.sum.rtt += sample.rtt || 0;
    if (sample.mos) {
      this.scored++;
      this.sum.mos += sample.mos;
    }
    this.lostFraction = sample.totals.packetsLostFraction || 0;
  }

  interrupted(): void {
    if (this.connection === "steady") this.connection = "interrupted";
  }

  lost(): void {
    this.connection = "lost";
  }

  told(): Quality | undefined {
    if (!this.scored) return undefined;
    return {
      jitter_ms: within(this.sum.jitter / this.count, 0, 60_000),
      packet_loss_permille: within(this.lostFraction * 10, 0, 1000),
      round_trip_ms: within(this.sum.rtt / this.count, 0, 60_000),
      mos_hundredths: within((this.sum.mos / this.scored) * 100, 100, 500),
      connection: this.connection,
    };
  }
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.round(value)));
}
