/** The account itself: who it is of, how one signs in to it, and its end. */

import { accessWords } from "../access/words";
import type { Feature, Page } from "../frame/router";
import { settingsWords } from "./words";

const common: Pick<Page, "for" | "words" | "load"> = {
  for: "members",
  words: [settingsWords, accessWords],
  load: () => import("./Settings"),
};

export const feature: Feature = {
  pages: [
    { ...common, path: "/settings" },
    // Where password managers lead.
    { ...common, path: "/account" },
  ],
  navigation: [{ to: "/settings", word: "settings", icon: "settings", order: 90 }],
};
