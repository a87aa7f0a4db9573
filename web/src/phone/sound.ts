/** Microphones and loudspeakers: which there are, which are chosen, and whether anything is heard. */

import { signal } from "../frame/signals";
import type { Devices } from "./carrier";

/** Why there is no microphone. */
export type Silence = "denied" | "missing" | "busy" | "insecure";

export class NoMicrophone extends Error {
  constructor(readonly silence: Silence) {
    super(silence);
  }
}

export const microphones = signal<MediaDeviceInfo[]>([]);
export const speakers = signal<MediaDeviceInfo[]>([]);
/** By their ids, which are this browser's own and kept nowhere; empty for the browser's choice. */
export const chosen = signal<Devices>({ microphone: "", speaker: "" });
export const canChooseSpeaker = "setSinkId" in HTMLAudioElement.prototype;

const SILENCES: Record<string, Silence> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
};
let isChecked = false;

/** Whether to look at the microphone with its person before a call. */
export async function needsCheck(): Promise<boolean> {
  if (isChecked) return false;
  const name = "microphone" as PermissionName; // not every browser knows it
  const state = await navigator.permissions?.query({ name }).catch(() => undefined);
  return state?.state !== "granted";
}

export function checked(): void {
  isChecked = true;
}

/** Listen through the chosen microphone; whoever opens it closes it. Raises NoMicrophone. */
export async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new NoMicrophone("insecure");
  try {
    await list();
    const { microphone } = chosen.value;
    const audio = microphone ? { deviceId: { exact: microphone } } : true;
    const stream = await navigator.mediaDevices.getUserMedia({ audio });
    await list(); // now by their names
    return stream;
  } catch (error) {
    throw new NoMicrophone(SILENCES[(error as DOMException).name] ?? "busy");
  }
}

export function close(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Make sure that there is a microphone which may be used. Raises NoMicrophone. */
export async function tryMicrophone(): Promise<void> {
  close(await open());
}

/** What there is now; a chosen device that is gone leaves the browser's choice. */
async function list(): Promise<void> {
  const all = await navigator.mediaDevices.enumerateDevices();
  // The browser lists its own choice under these two names, too.
  const named = all.filter((one) => one.deviceId && !["default", "communications"].includes(one.deviceId));
  microphones.value = named.filter((one) => one.kind === "audioinput");
  speakers.value = named.filter((one) => one.kind === "audiooutput");
  const { microphone, speaker } = chosen.value;
  const isThere = (id: string) => !id || named.some((one) => one.deviceId === id);
  if (isThere(microphone) && isThere(speaker)) return;
  chosen.value = {
    microphone: isThere(microphone) ? microphone : "",
    speaker: isThere(speaker) ? speaker : "",
  };
}

navigator.mediaDevices?.addEventListener("devicechange", () => void list());

/** Tell the loudest of a stream since the last word, from 0 to 1, until the answer is called. */
export function measure(stream: MediaStream, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  // Longer (170 ms) than from one look to the next: no short sound falls between two.
  const analyser = new AnalyserNode(context, { fftSize: 8192 });
  context.createMediaStreamSource(stream).connect(analyser);
  const heard = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(heard);
    tell(heard.reduce((most, value) => Math.max(most, Math.min(1, Math.abs(value))), 0));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

/** Two short tones through the chosen loudspeaker. */
export async function chime(): Promise<void> {
  const context = new AudioContext() as AudioContext & { setSinkId?: (id: string) => Promise<void> };
  await context.setSinkId?.(chosen.value.speaker).catch(() => undefined);
  const volume = new GainNode(context, { gain: 0.15 });
  volume.connect(context.destination);
  for (const [at, frequency] of [523, 659].entries()) {
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(volume);
    tone.start(context.currentTime + at * 0.25);
    tone.stop(context.currentTime + at * 0.25 + 0.2);
  }
  setTimeout(() => void context.close(), 1_000);
}
