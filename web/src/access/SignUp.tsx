/** A new account: exactly what the policy collects, asked for as the service describes it. */

import { useEffect } from "preact/hooks";
import { useSignal } from "../frame/signals";
import "./access.css";
import { api, say } from "../api/client";
import { asProblem, Problem } from "../api/problem";
import { Alert } from "../design/Banner";
import { Card, Skeleton } from "../design/Card";
import { Field } from "../design/Field";
import { Form, type Values } from "../design/Form";
import { Page } from "../design/Page";
import { offers, service } from "../frame/service";
import { CheckMail } from "./CheckMail";
import { type Asked, DetailFields, told } from "./details";
import { accessWords } from "./words";

export default function SignUp() {
  const words = accessWords();
  const sentTo = useSignal("");
  if (sentTo.value) {
    return (
      <CheckMail email={sentTo.value} text={words.openLink}>
        {words.confirmed} <a href="/">{words.signIn}</a>
      </CheckMail>
    );
  }
  return (
    <Page title={words.createAccount} lead={words.signUpLead(service.title)} width="narrow">
      <Card>{offers("password_sign_in") ? <ByPassword onDone={done} /> : <ByGoogle />}</Card>
      <p class="aside">
        {words.member} <a href="/">{words.signIn}</a>
      </p>
    </Page>
  );

  function done(email: string) {
    sentTo.value = email;
  }
}

function ByPassword({ onDone }: { onDone: (email: string) => void }) {
  const words = accessWords();
  const asked = useSignal<Asked | undefined>(undefined);
  const failed = useSignal("");
  useEffect(() => {
    void read();
  }, []);
  if (failed.value) return <Alert text={failed.value} />;
  if (!asked.value) return <Skeleton lines={5} tall />;
  const { schema, version } = asked.value;
  return (
    <Form submit={words.signUp} onSubmit={send}>
      <Field name="email" label={words.email} type="email" autoComplete="username" maxLength={254} required />
      <Field
        name="password"
        label={words.password}
        type="password"
        autoComplete="new-password"
        hint={words.passwordHint}
        minLength={8}
        maxLength={256}
        required
      />
      <BirthDate />
      <DetailFields schema={schema} />
      <Acceptance version={version} />
    </Form>
  );

  async function read() {
    try {
      const schema = (await say(api.GET("/api/auth/signup"))) as Asked["schema"];
      asked.value = { schema, version: schema.properties.policy_version?.const ?? "" };
    } catch (thrown) {
      failed.value = asProblem(thrown).message;
    }
  }

  async function send({ email = "", password = "", birth_date = "", ...more }: Values) {
    const body = {
      email: email.trim(),
      password,
      birth_date,
      policy_version: version,
      ...told(schema, more),
    };
    try {
      await api.POST("/api/auth/signup", { body });
    } catch (thrown) {
      // What they read a moment ago holds no more: show which version does, and let them decide.
      if (thrown instanceof Problem && thrown.type === "policy-changed") await read();
      throw thrown;
    }
    onDone(email.trim());
  }
}

function ByGoogle() {
  const words = accessWords();
  const version = useSignal("");
  useEffect(() => {
    void read();
  }, []);
  return (
    <Form submit={words.continueWithGoogle} onSubmit={send}>
      <p class="muted">{words.googleLead}</p>
      <BirthDate />
      <Acceptance version={version.value} />
    </Form>
  );

  async function read() {
    const policy = await say(api.GET("/api/privacy/policy")).catch(() => undefined);
    version.value = policy?.version ?? "";
  }

  async function send({ birth_date = "" }: Values) {
    if (!version.value) await read();
    const body = { birth_date, policy_version: version.value };
    const { url } = await say(api.POST("/api/auth/google", { body }));
    location.assign(url);
  }
}

function BirthDate() {
  const words = accessWords();
  const { minimum_age: age, parental_consent_from: parent } = service;
  const rule = parent ? words.ageWithParent(age, parent) : words.age(age);
  return (
    <Field
      name="birth_date"
      label={words.birthDate}
      type="date"
      autoComplete="bday"
      min="1900-01-01"
      max="2100-01-01"
      hint={`${rule} ${words.ageNotKept}`}
      required
    />
  );
}

function Acceptance({ version }: { version: string }) {
  const words = accessWords();
  return (
    <p class="small muted">
      {words.accept}{" "}
      <a href="/api/privacy/notice" target="_blank" rel="noopener">
        {words.policy}
      </a>
      {version && `, ${words.version(version)}`}.
    </p>
  );
}
