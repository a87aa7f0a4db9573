/** That the credit is low, and where it is topped up: before a call, and when one has used it up. */

import { offers } from "../frame/service";
import { balance } from "../frame/session";
import { lowCredit } from "../money/low";
import { phoneWords } from "./words";

export function LowCredit() {
  const words = phoneWords();
  const now = balance.value;
  const low = offers("credit") && now?.status === "open" && lowCredit(now);
  if (!low) return null;
  return (
    <p class="small low">
      {low === "none" ? words.noCredit : words.lowCredit(low)} <a href="/money">{words.topUp}</a>
    </p>
  );
}
