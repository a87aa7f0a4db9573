/** Where the mail to a new address leads: it is confirmed by who is signed in, or signs in here first. */

import { useEffect } from "preact/hooks";
import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Card, Skeleton } from "../design/Card";
import { Field } from "../design/Field";
import { Form, type Values } from "../design/Form";
import { Page } from "../design/Page";
import type { PageProps } from "../frame/router";
import { adopt, me, signIn } from "../frame/session";
import { useSignal } from "../frame/signals";
import { Ended, Incomplete } from "./Ended";
import { useToken } from "./token";
import { accessWords } from "./words";

export default function NewAddress({ query }: PageProps) {
  const words = accessWords();
  const token = useToken(query, "/email");
  const end = useSignal<{ title: string; text: string; bad?: boolean } | undefined>(undefined);
  useEffect(() => {
    if (token && me.value) void confirm();
  }, [token]);
  if (!token) return <Incomplete />;
  if (end.value) return <Ended {...end.value} />;
  if (me.value) {
    return (
      <Page title={words.emailTitle} width="narrow">
        <p role="status">{words.oneMoment}</p>
        <Skeleton />
      </Page>
    );
  }
  // The link is good only with the account's own session, so that a stranger at a mistyped address can't use it.
  return (
    <Page title={words.emailSignIn} lead={words.emailSignInLead} width="narrow">
      <Card>
        <Form submit={words.emailConfirm} onSubmit={signInAndConfirm}>
          <Field name="email" label={words.email} type="email" autoComplete="username" required />
          <Field
            name="password"
            label={words.password}
            type="password"
            autoComplete="current-password"
            required
          />
        </Form>
      </Card>
    </Page>
  );

  async function signInAndConfirm({ email = "", password = "" }: Values) {
    await signIn(email, password);
    await confirm();
  }

  async function confirm() {
    try {
      const login = await say(api.POST("/api/me/email/confirm", { body: { token } }));
      adopt(login.me);
      end.value = { title: words.emailDone, text: words.emailDoneLead(login.me.email) };
    } catch (thrown) {
      end.value = { title: words.emailFailed, text: asProblem(thrown).message, bad: true };
    }
  }
}
