/** Minutes and spend, by day and by country. */

import type { Feature } from "../frame/router";
import { insightWords } from "./words";

export const feature: Feature = {
  pages: [
    {
      path: "/insights",
      for: "members",
      offer: "calling",
      words: [insightWords],
      load: () => import("./Insights"),
    },
  ],
  navigation: [{ to: "/insights", word: "insights", icon: "insights", order: 30, offer: "calling" }],
};
