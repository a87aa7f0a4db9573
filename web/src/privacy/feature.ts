/** What is held of a person, every right that they have over it, and what is left when they are gone. */

import type { Feature, Page } from "../frame/router";
import { certificateWords, privacyWords } from "./words";

const common: Pick<Page, "for" | "whileSuspended" | "words" | "load"> = {
  for: "members",
  whileSuspended: true,
  words: [privacyWords],
  load: () => import("./Privacy"),
};

export const feature: Feature = {
  pages: [
    // Before the parts of the privacy centre, of which it is none: whose it is has no account any more.
    {
      path: "/privacy/certificate",
      for: "anybody",
      words: [certificateWords],
      load: () => import("./Certificate"),
    },
    { ...common, path: "/privacy" },
    { ...common, path: "/privacy/:part" },
  ],
  navigation: [{ to: "/privacy", word: "privacy", icon: "privacy", order: 80 }],
};
