/** What the frame and the design system say; the first page's words come with the script, unless in German. */

import { catalogue } from "./language";
import { words } from "./words.en";

export const frameWords = catalogue({
  en: async () => ({ words }),
  de: () => import("./words.de"),
});

/** Beside the pages, to who is signed in. */
export const memberWords = catalogue({
  en: () => import("./member.en"),
  de: () => import("./member.de"),
});
