/** What sums of calls say. */

import { catalogue } from "../frame/language";

export const insightWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
