/** What the cookie banner says. */

import { catalogue } from "../frame/language";

export const consentWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
