/** English: what caller IDs say. */

export const words = {
  title: "Numbers",
  lead: "Call with a number of your own, so that people know who it is.",
  listTitle: "Your numbers",
  caption: "Your numbers, oldest first",
  number: "Number",
  state: "State",
  states: { verified: "Verified", pending: "Waiting for its code", failed: "Not verified" },
  actions: "Actions",
  emptyTitle: "No number of your own yet",
  empty: "Until you add one, people who you call see a number of ours.",
  failedHint: "Nobody answered, or the code was wrong. You can add it again.",
  full: (most: number) => `You have ${most} numbers, which is the most. Remove one to add another.`,

  addTitle: "Add a number",
  phone: "Your phone number",
  phoneHint: "With + and its country code, such as +44 20 7946 0958. A mobile or a landline.",
  add: "Call this number",
  steps: "How it works",
  step1: "Our carrier calls the number at once.",
  step2: "Answer, and type the code that is shown here on that phone's keypad.",
  step3: "From then on you can choose the number when you call.",

  codeTitle: (phone: string) => `We are calling ${phone}`,
  codeWhat: "Answer the call and type this code on that phone:",
  codeSpoken: (digits: string) => `Code: ${digits}`,
  codeStops: "The call waits about two minutes. This page follows by itself.",
  codeNone: "We are asking our carrier for the call …",
  stop: "Stop, and remove it",
  typeIt: "Answer and type it for me",
  typeItHint: "There is no telephone network on this laptop, so its stand-in can do that for you.",

  verified: (phone: string) => `${phone} is verified. You can call with it now.`,
  failed: (phone: string) => `${phone} was not verified.`,
  remove: "Remove",
  removeOne: (phone: string) => `Remove ${phone}`,
  removeTitle: "Remove this number?",
  removeSure: (phone: string) =>
    `Calls can't show ${phone} any more, and our carrier forgets it, too. To use it again, it must be verified again.`,
  removed: (phone: string) => `${phone} is removed.`,
  keep: "Keep it",
};

export type NumberWords = typeof words;
