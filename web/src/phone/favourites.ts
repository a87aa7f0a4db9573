/** Numbers at hand, kept by the service. */

import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import { learnNumbering } from "../frame/numbering";
import { whenLeaving } from "../frame/session";
import { signal } from "../frame/signals";
import { tell } from "../frame/toasts";

/** In their person's order; undefined until they are known. */
export const favourites = signal<string[] | undefined>(undefined);

export async function refreshFavourites(): Promise<string[]> {
  const [told] = await Promise.all([say(api.GET("/api/favourites")), learnNumbering()]);
  favourites.value = told.numbers;
  return told.numbers;
}

let last: Promise<void> = Promise.resolve();

/** Keep a number at hand, or no longer; `said` is told when it is done. */
export function keep(number: string, isKept: boolean, said: string): Promise<void> {
  // One after the other: each writes the whole list, as it was before.
  const mine = last.then(() => change(number, isKept, said));
  last = mine.catch(() => undefined);
  return mine;
}

async function change(number: string, isKept: boolean, said: string): Promise<void> {
  try {
    const before = (await say(api.GET("/api/favourites"))).numbers; // another window may have changed them
    const others = before.filter((one) => one !== number);
    const numbers = isKept ? [...others, number] : others;
    favourites.value = (await say(api.PUT("/api/favourites", { body: { numbers } }))).numbers;
    tell(said);
  } catch (thrown) {
    tell(asProblem(thrown).message, "bad");
  }
}

whenLeaving(() => {
  favourites.value = undefined;
});
