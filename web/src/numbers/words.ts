/** What caller IDs say. */

import { catalogue } from "../frame/language";

export const numberWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
