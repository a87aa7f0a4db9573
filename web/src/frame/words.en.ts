/** English: what the frame and the design system say. */

export const words = {
  skip: "Skip to the content",
  close: "Close",
  signedOut: "You are signed out.",
  sessionEnded: "You were signed out. Please sign in again.",
  notice: "Privacy notice",
  cookies: "Cookie choices",
  apiDocs: "API",
  language: "Language",
  runsOn: "Runs on Vowline",
  offline: "We can't reach the service. What you see may be old; we keep trying.",
  unreachable: "We can't reach the service right now. Please check your connection and try again.",
  unexpected: "Something went wrong on our side. Please try again in a moment.",
  tryAgain: "Try again",
  notFoundTitle: "There is nothing here",
  notFound: "The address may be mistyped, or what was here is gone.",
  toStart: "Go to the start",
  brokenTitle: "This page did not load",
  broken: "The connection may have dropped. Your account and your credit are as they were.",
  email: "Email",
  password: "Password",
  optional: "optional",
  show: "Show",
  hide: "Hide",
  valueMissing: "Please fill this in.",
  wrongEmail: "Please write an address such as ada@example.com.",
  tooShort: (least: number) => `Please use at least ${least} characters.`,
  wrongDate: "Please give a whole date.",
  wrongValue: "This does not look right. Please check it.",
};

export type FrameWords = typeof words;
