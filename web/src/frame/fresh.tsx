/** What the service does only soon after a sign-in: the password is asked for, and it is tried once more. */

import { Problem } from "../api/problem";
import { Button, ButtonLink } from "../design/Button";
import { Dialog } from "../design/Dialog";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { offers } from "./service";
import { me, signIn, whenLeaving } from "./session";
import { signal } from "./signals";
import { frameWords, memberWords } from "./words";

const asked = signal<((isFresh: boolean) => void) | undefined>(undefined);

/** Act; where that wants a fresh sign-in, ask for one and act once more. Undefined: not now. */
export async function freshly<Done>(act: () => Promise<Done>): Promise<Done | undefined> {
  try {
    return await act();
  } catch (thrown) {
    if (!(thrown instanceof Problem && thrown.type === "sign-in-again")) throw thrown;
  }
  const isFresh = await new Promise<boolean>((resolve) => {
    asked.value = resolve;
  });
  return isFresh ? act() : undefined;
}

/** What one person was asked, another can't answer. */
whenLeaving(() => {
  asked.value?.(false);
  asked.value = undefined;
});

/** The dialog that asks; part of the frame. */
export function SignInAgain() {
  const words = { ...frameWords(), ...memberWords() };
  const answer = asked.value;
  if (!answer) return null;
  const end = (isFresh: boolean) => {
    asked.value = undefined;
    answer(isFresh);
  };
  const email = me.value?.email ?? "";
  const back = encodeURIComponent(location.pathname);
  return (
    <Dialog title={words.againTitle} onClose={() => end(false)}>
      <p class="muted">{words.again}</p>
      {offers("password_sign_in") && (
        <Form
          submit={words.continue}
          actions={
            <Button kind="quiet" onClick={() => end(false)}>
              {words.notNow}
            </Button>
          }
          onSubmit={async ({ password = "" }) => {
            await signIn(email, password);
            end(true);
          }}
        >
          <input
            class="unseen"
            type="email"
            autocomplete="username"
            value={email}
            readOnly
            tabIndex={-1}
            aria-hidden="true"
          />
          <Field
            name="password"
            label={words.password}
            type="password"
            autoComplete="current-password"
            required
          />
        </Form>
      )}
      {offers("google_sign_in") && (
        <ButtonLink
          href={`/api/auth/google?return_to=${back}`}
          kind={offers("password_sign_in") ? "quiet" : "primary"}
          wide
        >
          {words.continueWithGoogle}
        </ButtonLink>
      )}
    </Dialog>
  );
}
