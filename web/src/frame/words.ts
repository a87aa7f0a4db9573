/** What the frame and the design system say. */

import { catalogue } from "./language";

export const frameWords = catalogue({
  en: () => import("./words.en"),
  de: () => import("./words.de"),
});
