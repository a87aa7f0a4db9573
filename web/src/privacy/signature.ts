/** Whether a certificate is signed as it says: the same that `python -m infra.certificate verify` looks at. */

import type { Schema } from "../api/client";

export type Certificate = Schema<"DeletionCertificate">;
/** `key` is the SHA-256 of the public key, by which keys are told apart. */
export type Check = { fits: boolean; key: string };

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const NUMBER_BYTES = 32;

/** Undefined where the browser can't look: it keeps its means for addresses over TLS. */
export async function check({ signature, ...told }: Certificate, pem: string): Promise<Check | undefined> {
  if (!globalThis.crypto?.subtle) return undefined;
  const spki = bytes(pem.replaceAll(/-----[^-]+-----|\s/g, ""));
  const key = await crypto.subtle.importKey("spki", spki, P256, false, ["verify"]);
  const text = new TextEncoder().encode(`vowline deletion certificate ${await digest(canonical(told))}`);
  const how = { name: "ECDSA", hash: "SHA-256" };
  const der = signed(signature.value);
  return {
    fits: der !== undefined && (await crypto.subtle.verify(how, key, twoNumbers(der), text)),
    key: await digest(spki),
  };
}

/** The one JSON text of a document: sorted names, no spaces. */
function canonical(told: unknown): string {
  if (Array.isArray(told)) return `[${told.map(canonical).join(",")}]`;
  if (typeof told !== "object" || told === null) return JSON.stringify(told);
  const sorted = Object.entries(told).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`).join(",")}}`;
}

async function digest(of: string | Uint8Array<ArrayBuffer>): Promise<string> {
  const content = typeof of === "string" ? new TextEncoder().encode(of) : of;
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...found].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

/** Undefined for what is no Base64, and so no signature. */
function signed(value: string): Uint8Array | undefined {
  try {
    return bytes(value);
  } catch {
    return undefined;
  }
}

/** Of a DER signature, as browsers want it: its two numbers side by side, each as long as the curve's. */
function twoNumbers(der: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(2 * NUMBER_BYTES);
  let at = 2;
  for (const end of [NUMBER_BYTES, 2 * NUMBER_BYTES]) {
    const length = der[at + 1] ?? 0;
    const number = der.slice(at + 2, at + 2 + length).slice(-NUMBER_BYTES);
    both.set(number, end - number.length);
    at += 2 + length;
  }
  return both;
}
