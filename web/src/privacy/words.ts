/** What the privacy centre says. */

import { catalogue } from "../frame/language";

export const privacyWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
