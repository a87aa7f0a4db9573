/** English: what the overview says. */

export const words = {
  title: "Overview",
  lead: (service: string) => `What you have at ${service}.`,
  closedUntil: (day: string) => `Your account is closed. You can read your data until ${day}.`,
  accountTitle: "Your account",
  email: "Email",
  name: "Name",
  phone: "Phone number",
  since: "Open since",
  toSettings: "Settings",
  dataTitle: "Your data",
  held: (some: string, all: string) => `We hold something in ${some} of ${all} kinds of data.`,
  next: (day: string) => `The next of it goes by ${day}, if nothing new comes in.`,
  toData: "See what we hold",
  toChoices: "Your choices",
  toFile: "A file of it all",
  requestsTitle: "Your requests",
  noRequests: "Nothing you asked for is open.",
  due: (day: string) => `answer due by ${day}`,
  toRequests: "All requests",
  comingTitle: "Still to come",
  coming: "None of this runs yet, and nothing is collected for it today.",
};

export type HomeWords = typeof words;
