/** Keeps a number at hand, or no longer. */

import { IconButton } from "../design/Button";
import { phoneNumber } from "../frame/formats";
import { favourites, keep } from "./favourites";
import { phoneWords } from "./words";

export function Star({ number }: { number: string }) {
  const words = phoneWords();
  const isKept = Boolean(favourites.value?.includes(number));
  return (
    <IconButton
      icon="star"
      label={words.keep(phoneNumber(number))}
      pressed={isKept}
      disabled={!favourites.value}
      onClick={() => void keep(number, !isKept, isKept ? words.notKept : words.kept)}
    />
  );
}
