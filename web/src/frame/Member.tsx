/** What only who is signed in needs: the other features' pages, and the frame beside them. */

import { useEffect } from "preact/hooks";
import { tellOfGoogle } from "../access/returned";
import { letPass } from "../api/problem";
import { Button } from "../design/Button";
import { isOnline } from "./connection";
import { credit } from "./formats";
import { SignInAgain } from "./fresh";
import { signOut } from "./leaving";
import { Navigation } from "./Navigation";
import type { Feature } from "./router";
import { type Balance, balance, isActive, refreshBalance, refreshMe } from "./session";
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
  return (
    <div class="top-end">
      {balance.value && <Credit balance={balance.value} />}
      <Button kind="quiet" small onClick={() => void signOut()}>
        {words.signOut}
      </Button>
    </div>
  );
}

/** All that is theirs, and what of it is set aside for a call. */
function Credit({ balance: { available, held } }: { balance: Balance }) {
  const words = memberWords();
  const all = credit({ ...available, amount_micros: available.amount_micros + held.amount_micros });
  const aside = held.amount_micros > 0 && words.held(credit(held));
  return (
    <a class="chip" href="/money" aria-label={[words.credit(all), aside].filter(Boolean).join(", ")}>
      {all}
      {aside && <span class="aside">{aside}</span>}
    </a>
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
  if (document.visibilityState === "visible") refreshMe().catch(letPass);
}
