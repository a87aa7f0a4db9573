/** What came of a visit to our payment partner, and where to go from here. */

import { Banner } from "../design/Banner";
import { ButtonLink } from "../design/Button";
import { Card } from "../design/Card";
import { Page } from "../design/Page";
import { offers } from "../frame/service";
import { moneyWords } from "./words";

export function After(props: {
  title: string;
  text: string;
  kind?: "info" | "good" | "warning" | "bad";
  busy?: boolean;
  toPhone?: boolean;
  again?: boolean;
}) {
  const words = moneyWords();
  return (
    <Page title={props.title} width="narrow">
      <Card>
        <div aria-busy={props.busy}>
          <Banner kind={props.kind ?? "info"}>{props.text}</Banner>
        </div>
        <div class="actions">
          {props.toPhone && offers("calling") && <ButtonLink href="/">{words.toPhone}</ButtonLink>}
          <ButtonLink href="/money" kind={props.toPhone ? "quiet" : "primary"}>
            {props.again ? words.again : words.toMoney}
          </ButtonLink>
        </div>
      </Card>
    </Page>
  );
}
