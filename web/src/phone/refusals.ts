/** Why a number is not called, in the page's language. */

import type { Problem } from "../api/problem";
import { phoneWords } from "./words";

/** What the policy says of emergency calls is always shown in its own words, whatever else is said. */
export function refusal({ type, message }: Problem): string {
  const told = phoneWords().problems[type];
  return type === "emergency-number" && told ? `${told} ${message}` : (told ?? message);
}
