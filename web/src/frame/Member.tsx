/** What the frame has for who is signed in, beside the pages. */

import { Button } from "../design/Button";
import { credit } from "./formats";
import { SignInAgain } from "./fresh";
import { Navigation } from "./Navigation";
import { balance, isActive, signOut } from "./session";
import { frameWords } from "./words";

/** The end of the bar on top: credit, and the way out. */
export function End() {
  const words = frameWords();
  const available = balance.value && credit(balance.value.available);
  return (
    <div class="top-end">
      {available && (
        <a class="chip" href="/money" aria-label={words.credit(available)}>
          {available}
        </a>
      )}
      <Button kind="quiet" small onClick={() => void signOut()}>
        {words.signOut}
      </Button>
    </div>
  );
}

/** Where one can go, and the dialog that asks for the password once more. */
export function Around() {
  return (
    <>
      {isActive.value && <Navigation />}
      <SignInAgain />
    </>
  );
}
