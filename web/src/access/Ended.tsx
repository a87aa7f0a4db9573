/** How it came out, and where to go on. */

import type { ComponentChildren } from "preact";
import { Banner } from "../design/Banner";
import { ButtonLink } from "../design/Button";
import { Page } from "../design/Page";
import { me } from "../frame/session";
import { accessWords } from "./words";

export function Ended(props: { title: string; text: ComponentChildren; bad?: boolean; goOn?: boolean }) {
  const words = accessWords();
  return (
    <Page title={props.title} width="narrow">
      <Banner kind={props.bad ? "bad" : "good"}>{props.text}</Banner>
      {props.goOn !== false && (
        <p>
          <ButtonLink href="/">{me.value ? words.goOn : words.signIn}</ButtonLink>
        </p>
      )}
    </Page>
  );
}

/** A link of a mail that lost its end on the way. */
export function Incomplete() {
  const words = accessWords();
  return <Ended title={words.incomplete} text={words.openAgain} bad goOn={false} />;
}
