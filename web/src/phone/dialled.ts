/** The number in the field, wherever it comes from. It stands in no address and in no storage. */

import { go } from "../frame/router";
import { signal } from "../frame/signals";

type Guide = {
  /** The number in its country's groups. */
  spaced: (plain: string) => string;
  /** Its country as far as the digits tell, by ISO 3166. */
  country: (plain: string) => string | undefined;
  /** Whether it has as many digits as numbers there have. */
  isWhole: (plain: string) => boolean;
};

/** As it is shown, in groups. */
export const dialled = signal("");
/** What is known of the world's numbers; undefined until it is loaded. */
export const guide = signal<Guide | undefined>(undefined);

/** Digits, with a plus before a country code: however it was written, spoken or pasted. */
export function plain(text: string): string {
  const signs = text.normalize("NFKC").replace(/^\s*tel:/i, "");
  const digits = signs.replaceAll(/[^\d+*#]/g, "").replaceAll(/(?!^)\+/g, "");
  return digits.replace(/^00/, "+").slice(0, 20);
}

/** Put a number into the field. */
export function write(text: string): void {
  const told = plain(text);
  dialled.value = guide.value && told.startsWith("+") ? guide.value.spaced(told) : told;
  if (told && !guide.value) void learn();
}

/** Show a number on the keypad, ready to be called. */
export function dial(to: string): void {
  write(to);
  go("/");
}

/** Load what is known of the world's numbers; without it, numbers are shown as they are typed. */
export async function learn(): Promise<void> {
  const known = await import("./world").catch(() => undefined);
  if (!known || guide.value) return;
  guide.value = {
    spaced: (told) => new known.AsYouType().input(told),
    country: (told) => {
      const typing = new known.AsYouType();
      typing.input(told);
      return typing.getCountry();
    },
    isWhole: (told) => Boolean(known.parsePhoneNumberFromString(told)?.isPossible()),
  };
  write(dialled.value);
}
