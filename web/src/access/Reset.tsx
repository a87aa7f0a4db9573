/** A forgotten password: asking for the mail, and choosing a new one with the link in it. */

import { useSignal } from "../frame/signals";
import "./access.css";
import { api } from "../api/client";
import { Card } from "../design/Card";
import { Field } from "../design/Field";
import { Form } from "../design/Form";
import { Page } from "../design/Page";
import type { PageProps } from "../frame/router";
import { forget } from "../frame/session";
import { CheckMail } from "./CheckMail";
import { Ended } from "./Ended";
import { useToken } from "./token";
import { accessWords } from "./words";

export default function Reset({ query }: PageProps) {
  const token = useToken(query, "/reset");
  return token ? <Choose token={token} /> : <Ask />;
}

function Ask() {
  const words = accessWords();
  const sentTo = useSignal("");
  if (sentTo.value) {
    return (
      <CheckMail email={sentTo.value} text={words.forgotSent}>
        {words.noMail} <a href="/reset">{words.tryAgain}</a>
      </CheckMail>
    );
  }
  return (
    <Page title={words.forgotTitle} lead={words.forgotLead} width="narrow">
      <Card>
        <Form
          submit={words.forgot}
          onSubmit={async ({ email = "" }) => {
            await api.POST("/api/auth/password/forgot", { body: { email: email.trim() } });
            sentTo.value = email.trim();
          }}
        >
          <Field
            name="email"
            label={words.email}
            type="email"
            autoComplete="username"
            maxLength={254}
            required
          />
        </Form>
      </Card>
      <p class="aside">
        {words.cameBack} <a href="/">{words.signIn}</a>
      </p>
    </Page>
  );
}

function Choose({ token }: { token: string }) {
  const words = accessWords();
  const isDone = useSignal(false);
  if (isDone.value) return <Ended title={words.resetDone} text={words.resetDoneLead} />;
  return (
    <Page title={words.resetTitle} width="narrow">
      <Card>
        <Form
          submit={words.reset}
          onSubmit={async ({ password = "" }) => {
            await api.POST("/api/auth/password/reset", { body: { token, password } });
            isDone.value = true;
            forget();
          }}
        >
          <Field
            name="password"
            label={words.newPassword}
            type="password"
            autoComplete="new-password"
            hint={words.resetHint}
            minLength={8}
            maxLength={256}
            required
          />
        </Form>
      </Card>
      <p class="aside">
        {words.tooOld} <a href="/reset">{words.askAnother}</a>
      </p>
    </Page>
  );
}
