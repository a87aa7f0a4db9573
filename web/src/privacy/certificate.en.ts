/** English: what the page of a deletion's certificate says. */

const actions: Record<string, string> = {
  deleted: "Deleted",
  pseudonymised: "Cut off from your name",
  references: "What pointed to you, deleted",
};

export const words = {
  title: (service: string) => `Your account at ${service} is deleted`,
  asked: (day: string) => `You asked for it on ${day}.`,
  done: (day: string) => `It was done on ${day}.`,
  nobody: "This page names no person. Whoever has its link can read it, without an account.",
  heldTitle: "Something is still held",
  held: "A legal matter asks us to keep part of it. Once that is closed we delete it, and this page says so.",

  hereTitle: "What was done here",
  hereNothing: "There was nothing to delete.",
  kind: "Kind",
  where: "Where",
  became: "What became of it",
  count: "How many",
  actions,
  othersTitle: "What others deleted for us",
  who: "Who",
  confirmed: "Confirmed",
  staysTitle: "What stays",
  stays: "Under random numbers that point to nobody.",
  staysNothing: "Nothing stays.",
  heldKinds: "Held as it is, until a legal matter is closed.",
  why: "Why",
  until: "Until",
  noDay: "no day yet",
  endsTitle: "What runs out by itself",
  what: "What",

  proofTitle: "The proof",
  proof: "The certificate is signed, so that it can be checked without us and when we are gone.",
  checking: "Your browser is checking the signature …",
  fits: "Your browser has checked it: the signature is right, and nothing was changed.",
  fitsNot: "The signature does not fit. This page may have been changed on its way: please don't trust it.",
  unchecked: "Your browser can't check the signature here. The command below can.",
  request: "Request",
  policy: "Policy",
  chain: "Record of what was done",
  entries: (count: string, head: string) => `${count} entries, the last ${head}`,
  algorithm: "Signed with",
  key: "Key (SHA-256)",
  signature: "Signature",
  certificate: "Certificate (JSON)",
  publicKey: "Public key",
  print: "Print",
  howTitle: "Check it on your own machine",
  how: "Download both files. In a copy of the Vowline source this command asks nobody, and works offline:",

  incompleteTitle: "This link is not complete",
  incomplete: "Please open it from our last mail once more: it was cut off on its way.",
  goneTitle: "There is no certificate here",
  gone: "The link may have been changed on its way: please open it from our last mail once more.",
  goneBy: (duration: string) =>
    `Or its time is over. A certificate stays for ${duration} after the deletion, and is then deleted, too.`,
};

export type CertificateWords = typeof words;
