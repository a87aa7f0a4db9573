/** What is known of the world's numbers: loaded once somebody is about to read or write one. */

import { signal } from "./signals";

type Guide = {
  /** A number in its country's groups, as far as it is written. */
  spaced: (plain: string) => string;
  /** Its country as far as the digits tell, by ISO 3166. */
  country: (plain: string) => string | undefined;
  /** Whether it has as many digits as numbers there have. */
  isWhole: (plain: string) => boolean;
};

/** Undefined until it is loaded. */
export const guide = signal<Guide | undefined>(undefined);

let loading: Promise<void> | undefined;

/** Load it; without it, numbers are shown as they are written. */
export function learnNumbering(): Promise<void> {
  loading ??= load().catch(() => {
    loading = undefined;
  });
  return loading;
}

/** A page that is shown once its numbers can be put in groups. */
export async function withNumbering<Page>(page: Promise<Page>): Promise<Page> {
  await learnNumbering();
  return page;
}

async function load(): Promise<void> {
  const known = await import("./world");
  guide.value = {
    spaced: (plain) => new known.AsYouType().input(plain),
    country: (plain) => {
      const typing = new known.AsYouType();
      typing.input(plain);
      return typing.getCountry();
    },
    isWhole: (plain) => Boolean(known.parsePhoneNumberFromString(plain)?.isPossible()),
  };
}
