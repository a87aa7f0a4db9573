/** Where members of a service without calls begin: what they have here, and what is still to come. */

import type { Feature } from "../frame/router";
import { offers } from "../frame/service";
import { privacyWords } from "../privacy/words";
import { homeWords } from "./words";

/** A phone is its own beginning. */
const isOffered = !offers("calling");

export const feature: Feature = {
  pages: isOffered
    ? [{ path: "/", for: "members", words: [homeWords, privacyWords], load: () => import("./Home") }]
    : [],
  navigation: isOffered ? [{ to: "/", word: "overview", icon: "home", order: 10 }] : [],
};
