/** For who is not signed in: what this is, and signing in. */

import { useEffect, useState } from "preact/hooks";
import "./access.css";
import { Banner } from "../design/Banner";
import { ButtonLink } from "../design/Button";
import { Form } from "../design/Form";
import { Field } from "../design/Input";
import { Icon } from "../design/icons";
import { useHeading } from "../design/Page";
import { Card } from "../design/Surface";
import { type PageProps, readdress } from "../frame/router";
import { offers, service } from "../frame/service";
import { farewell, signIn } from "../frame/session";
import { frameWords } from "../frame/words";
import { welcomeWords } from "./words";

export default function Welcome({ query }: PageProps) {
  const words = welcomeWords();
  useEffect(() => {
    if (query.has("google")) readdress("/");
  }, [query]);
  return (
    <div class="welcome">
      <div class="pitch">
        <p class="slogan">{offers("calling") ? words.pitch : words.pitchOther(service.title)}</p>
        <ul class="facts">
          {facts().map((fact) => (
            <li key={fact}>
              <Icon name="check" size={20} />
              <span>{fact}</span>
            </li>
          ))}
        </ul>
      </div>
      <SignIn reason={query.get("google")} />
    </div>
  );
}

function SignIn({ reason }: { reason: string | null }) {
  const words = welcomeWords();
  const [google] = useState(reason);
  const heading = useHeading(words.signInTitle);
  const said = farewell.value && frameWords()[farewell.value];
  const note = google ? (words.google[google] ?? words.google.failed) : said;
  return (
    <Card>
      <h1 ref={heading} tabIndex={-1}>
        {words.signInTitle}
      </h1>
      {note && <Banner>{note}</Banner>}
      {offers("password_sign_in") && (
        <Form submit={words.signIn} onSubmit={({ email = "", password = "" }) => signIn(email, password)}>
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
            autoComplete="current-password"
            required
          />
        </Form>
      )}
      {offers("google_sign_in") && (
        <ButtonLink href="/api/auth/google" kind={offers("password_sign_in") ? "quiet" : "primary"} wide>
          {words.signInWithGoogle}
        </ButtonLink>
      )}
      <p class="aside">
        {offers("password_sign_in") && (
          <>
            <a href="/reset">{words.forgotten}</a>
            <br />
          </>
        )}
        {words.newHere} <a href="/sign-up">{words.createAccount}</a>
      </p>
    </Card>
  );
}

function facts(): string[] {
  const words = welcomeWords();
  const told: [boolean, string][] = [
    [offers("calling"), words.factPrice],
    [offers("credit"), words.factPrepaid],
    [offers("calling") && service.recording === "forbidden", words.factRecording],
    [service.sale === "never", words.factSale],
    [true, words.factLeave],
  ];
  return told.filter(([isSo]) => isSo).map(([, fact]) => fact);
}
