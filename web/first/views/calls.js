/** Placing calls, and those that were. */

import { copy } from "../elements.js";
import { buildDialler } from "./dialler.js";
import { buildHistory } from "./history.js";

export function build() {
  const view = copy("calls");
  const { element, reload } = buildHistory();
  view.querySelector("[data-history]").append(element);
  buildDialler(view, { onEnded: reload });
  return view;
}
