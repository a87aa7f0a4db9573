/** Who the account is of, how one signs in, where one is signed in, and how it ends. */

import { choose } from "../consents/panel";
import { Banner } from "../design/Banner";
import { Button, ButtonLink } from "../design/Button";
import { Card, Details } from "../design/Card";
import { Page } from "../design/Page";
import { day } from "../frame/formats";
import { offers } from "../frame/service";
import { me } from "../frame/session";
import { Closing } from "./Closing";
import { Address, Google, Password } from "./Credentials";
import { Particulars } from "./Particulars";
import { Sessions } from "./Sessions";
import { settingsWords } from "./words";

export default function Settings() {
  const words = settingsWords();
  const person = me.value;
  if (!person) return null;
  const isOpen = person.status === "active";
  return (
    <Page title={words.title}>
      {person.ends_at && <Banner kind="warning">{words.closedUntil(day(person.ends_at))}</Banner>}
      <Card title={words.account}>
        <Details
          pairs={[
            [words.email, person.email],
            [words.since, day(person.created_at)],
          ]}
        />
        <div class="actions">
          <ButtonLink kind="quiet" href="/privacy">
            {words.privacy}
          </ButtonLink>
          {offers("consents") && (
            <Button kind="quiet" onClick={() => void choose()}>
              {words.cookies}
            </Button>
          )}
        </div>
      </Card>
      {isOpen && offers("business_profiles") && <Particulars person={person} />}
      {offers("password_sign_in") && (
        <div class="columns even">
          <Password />
          <Address />
        </div>
      )}
      {offers("google_sign_in") && <Google />}
      <Sessions />
      {isOpen && <Closing />}
    </Page>
  );
}
