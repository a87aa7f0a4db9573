/** Past calls: the list, one of them, and the spreadsheet. */

import { withNumbering } from "../frame/numbering";
import type { Feature } from "../frame/router";
import { historyWords } from "./words";

const words = [historyWords];

export const feature: Feature = {
  pages: [
    {
      path: "/history",
      for: "members",
      offer: "calling",
      words,
      load: () => withNumbering(import("./History")),
    },
    {
      path: "/history/:id",
      for: "members",
      offer: "calling",
      words,
      load: () => withNumbering(import("./Call")),
    },
  ],
  navigation: [{ to: "/history", word: "history", icon: "history", order: 20, offer: "calling" }],
};
