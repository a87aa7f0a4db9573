/** What is held of a person, and every right that they have over it. */

import type { Feature, Page } from "../frame/router";
import { privacyWords } from "./words";

const common: Pick<Page, "for" | "whileSuspended" | "words" | "load"> = {
  for: "members",
  whileSuspended: true,
  words: [privacyWords],
  load: () => import("./Privacy"),
};

export const feature: Feature = {
  pages: [
    { ...common, path: "/privacy" },
    { ...common, path: "/privacy/:part" },
  ],
  navigation: [{ to: "/privacy", word: "privacy", icon: "privacy", order: 80 }],
};
