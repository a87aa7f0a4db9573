/** What the history says. */

import { catalogue } from "../frame/language";

export const historyWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
