/** The phone: the keypad, the call, and what is known of a number before it rings. */

import type { Feature } from "../frame/router";
import { phoneWords } from "./words";

export const feature: Feature = {
  pages: [
    { path: "/", for: "members", offer: "calling", words: [phoneWords], load: () => import("./Phone") },
  ],
  navigation: [{ to: "/", word: "phone", icon: "phone", order: 10, offer: "calling" }],
};
