/** What the overview says. */

import { catalogue } from "../frame/language";

export const homeWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
