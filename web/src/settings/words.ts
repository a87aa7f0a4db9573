/** What the settings say. */

import { catalogue } from "../frame/language";

export const settingsWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
