/** What credit and payments say. */

import { catalogue } from "../frame/language";

export const moneyWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
