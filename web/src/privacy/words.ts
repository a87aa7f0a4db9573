/** What the privacy centre and a deletion's certificate say. */

import { catalogue } from "../frame/language";

export const privacyWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
export const certificateWords = catalogue({
  en: () => import("./certificate.en"),
  de: () => import("./certificate.de"),
});
