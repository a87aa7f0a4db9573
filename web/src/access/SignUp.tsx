/** A new account: exactly what the policy collects, asked for as the service describes it. */

import { useSignal } from "../frame/signals";
import "./access.css";
import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { Problem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Card } from "../design/Card";
import { Field } from "../design/Field";
import { Form, type Values } from "../design/Form";
import { Page } from "../design/Page";
import { offers, service } from "../frame/service";
import { CheckMail } from "./CheckMail";
import { DetailFields, type SignUpSchema, told } from "./details";
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
  const answer = useAnswer(readSchema);
  return (
    <Asked answer={answer} lines={5} tall>
      {({ schema, version }) => (
        <Form submit={words.signUp} onSubmit={(values) => send(values, schema, version)}>
          <Field
            name="email"
            label={words.email}
            type="email"
            autoComplete="username"
            maxLength={254}
            required
          />
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
      )}
    </Asked>
  );

  async function send(
    { email = "", password = "", birth_date = "", ...more }: Values,
    schema: SignUpSchema,
    version: string,
  ) {
    const body = {
      email: email.trim(),
      password,
      birth_date,
      policy_version: version,
      ...told(schema, more),
    };
    await accepting(api.POST("/api/auth/signup", { body }), answer);
    onDone(email.trim());
  }
}

async function readSchema(signal: AbortSignal) {
  const schema = (await say(api.GET("/api/auth/signup", { signal }))) as unknown as SignUpSchema;
  return { schema, version: schema.properties.policy_version?.const ?? "" };
}

function ByGoogle() {
  const words = accessWords();
  const answer = useAnswer(async (signal) => (await say(api.GET("/api/privacy/policy", { signal }))).version);
  return (
    <Asked answer={answer}>
      {(version) => (
        <Form submit={words.continueWithGoogle} onSubmit={(values) => send(values, version)}>
          <p class="muted">{words.googleLead}</p>
          <BirthDate />
          <Acceptance version={version} />
        </Form>
      )}
    </Asked>
  );

  async function send({ birth_date = "" }: Values, policy_version: string) {
    const asking = say(api.POST("/api/auth/google", { body: { birth_date, policy_version } }));
    location.assign((await accepting(asking, answer)).url);
  }
}

/** When what they read holds no more, show which version does, and let them decide. */
async function accepting<Done>(
  sending: Promise<Done>,
  { look }: { look: () => Promise<void> },
): Promise<Done> {
  try {
    return await sending;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.type === "policy-changed") await look();
    throw thrown;
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
