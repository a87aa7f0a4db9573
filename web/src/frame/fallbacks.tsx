/** What is shown where there is no page, or where one did not load. */

import { Button, ButtonLink } from "../design/Button";
import { Page } from "../design/Page";
import { frameWords } from "./words";

export function NotFound() {
  const words = frameWords();
  return (
    <Page title={words.notFoundTitle} lead={words.notFound} width="narrow">
      <p>
        <ButtonLink href="/">{words.toStart}</ButtonLink>
      </p>
    </Page>
  );
}

export function Broken() {
  const words = frameWords();
  return (
    <Page title={words.brokenTitle} lead={words.broken} width="narrow">
      <p>
        <Button onClick={() => location.reload()}>{words.tryAgain}</Button>
      </p>
    </Page>
  );
}
