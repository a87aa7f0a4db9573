/** What the phone says. */

import { catalogue } from "../frame/language";

export const phoneWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
