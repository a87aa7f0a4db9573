/** Where the mail to a parent leads: they allow a child's account, or do not. Nothing happens without a click. */

import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { Alert } from "../design/Banner";
import { Button } from "../design/Button";
import { Card } from "../design/Card";
import { Page } from "../design/Page";
import type { PageProps } from "../frame/router";
import { service } from "../frame/service";
import { useSignal } from "../frame/signals";
import { Ended, Incomplete } from "./Ended";
import { useToken } from "./token";
import { accessWords } from "./words";

export default function Parent({ query }: PageProps) {
  const words = accessWords();
  const token = useToken(query, "/parent");
  const end = useSignal<boolean | undefined>(undefined);
  const alarm = useSignal("");
  const busy = useSignal(false);
  if (!token) return <Incomplete />;
  if (end.value) return <Ended title={words.agreed} text={words.agreedLead} goOn={false} />;
  if (end.value === false) return <Ended title={words.refused} text={words.refusedLead} goOn={false} />;
  return (
    <Page title={words.parentTitle(service.title)} lead={words.parentLead} width="narrow">
      <Card>
        <p>
          {words.parentNotice(service.title)}{" "}
          <a href="/api/privacy/notice" target="_blank" rel="noopener">
            {words.noticeName}
          </a>
          . {words.parentKept}
        </p>
        <Alert text={alarm.value} />
        <div class="actions">
          <Button busy={busy.value} onClick={() => void answer(true)}>
            {words.agree}
          </Button>
          <Button kind="quiet" busy={busy.value} onClick={() => void answer(false)}>
            {words.refuse}
          </Button>
        </div>
      </Card>
    </Page>
  );

  async function answer(agreed: boolean) {
    alarm.value = "";
    busy.value = true;
    try {
      await api.POST("/api/auth/parent", { body: { token, agreed } });
      end.value = agreed;
    } catch (thrown) {
      alarm.value = asProblem(thrown).message;
    } finally {
      busy.value = false;
    }
  }
}
