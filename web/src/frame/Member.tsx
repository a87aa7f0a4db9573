/** What only who is signed in needs: the other features' pages, and the frame beside them. */

import { useEffect } from "preact/hooks";
import { tellOfGoogle } from "../access/returned";
import { asProblem } from "../api/problem";
import { Button } from "../design/Button";
import { isOnline } from "./connection";
import { credit } from "./formats";
import { SignInAgain } from "./fresh";
import { signOut } from "./leaving";
import { Navigation } from "./Navigation";
import type { Feature } from "./router";
import { balance, isActive, refreshBalance, refreshMe } from "./session";
import { useSignalEffect } from "./signals";
import { memberWords } from "./words";

export const features = Object.values(
  import.meta.glob<Feature>(["../*/feature.ts", "!../{access,phone}/feature.ts"], {
    eager: true,
    import: "feature",
  }),
);

/** The end of the bar on top: credit, and the way out. */
export function End() {
  const words = memberWords();
  useSignalEffect(() => {
    if (isActive.value && isOnline.value) void refreshBalance();
  });
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
  useEffect(() => {
    void tellOfGoogle();
    document.addEventListener("visibilitychange", lookAgain);
    return () => document.removeEventListener("visibilitychange", lookAgain);
  }, []);
  return (
    <>
      {isActive.value && <Navigation />}
      <SignInAgain />
    </>
  );
}

/** Somebody may have signed in or out in another tab. */
function lookAgain(): void {
  if (document.visibilityState === "visible") refreshMe().catch(asProblem);
}
