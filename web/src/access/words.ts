/** What signing up and in says; the first page has its own words, so that it is there soon. */

import { catalogue } from "../frame/language";
import { words } from "./welcome.en";

export const welcomeWords = catalogue({
  en: async () => ({ words }),
  de: () => import("./welcome.de"),
});

export const accessWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
