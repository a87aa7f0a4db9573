/** A mail is on its way. */

import type { ComponentChildren } from "preact";
import { Card } from "../design/Card";
import { Icon } from "../design/icons";
import { Page } from "../design/Page";
import { service } from "../frame/service";
import { accessWords } from "./words";

export function CheckMail(props: { email: string; text: string; children: ComponentChildren }) {
  const words = accessWords();
  return (
    <Page title={words.checkMail} width="narrow">
      <Card>
        <Icon name="mail" size={36} />
        <p>
          {words.wrote} <strong>{props.email}</strong>. {props.text}
        </p>
        {service.local && (
          <p class="muted">
            {words.mailbox} <a href="/dev/mailbox">{words.openMailbox}</a>.
          </p>
        )}
      </Card>
      <p class="aside">{props.children}</p>
    </Page>
  );
}
