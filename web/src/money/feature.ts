/** Credit: topping it up, where it went, its limits, and what goes back. */

import type { Feature, Page } from "../frame/router";
import { moneyWords } from "./words";

const common: Pick<Page, "for" | "offer" | "words"> = {
  for: "members",
  offer: "credit",
  words: [moneyWords],
};
const money = () => import("./Money");
const receipt = () => import("./OneReceipt");
const done = () => import("./TopupDone");
const card = () => import("./CardSaved");

export const feature: Feature = {
  pages: [
    { ...common, path: "/money", load: money },
    { ...common, path: "/money/:part", load: money },
    { ...common, path: "/money/receipts/:id", load: receipt },
    { ...common, path: "/topup/done", load: done },
    { ...common, path: "/topup/cancelled", load: done },
    { ...common, path: "/card/saved", load: card },
    { ...common, path: "/card/cancelled", load: card },
  ],
  navigation: [{ to: "/money", word: "money", icon: "money", order: 40, offer: "credit" }],
};
