/** What signing up and in says. */

import { catalogue } from "../frame/language";

export const accessWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
