/** Numbers of one's own to call with. */

import { withNumbering } from "../frame/numbering";
import type { Feature } from "../frame/router";
import { numberWords } from "./words";

export const feature: Feature = {
  pages: [
    {
      path: "/numbers",
      for: "members",
      offer: "caller_ids",
      words: [numberWords],
      load: () => withNumbering(import("./CallerIds")),
    },
  ],
  navigation: [{ to: "/numbers", word: "numbers", icon: "numbers", order: 50, offer: "caller_ids" }],
};
