/** Where the mail's link leads. Programs that look at mails open links, too: so the address counts on a click only. */

import { api } from "../api/client";
import { Card } from "../design/Card";
import { Form } from "../design/Form";
import { Page } from "../design/Page";
import type { PageProps } from "../frame/router";
import { useSignal } from "../frame/signals";
import { Ended, Incomplete } from "./Ended";
import { useToken } from "./token";
import { accessWords } from "./words";

const ASKED_PARENT = 202;

export default function Verify({ query }: PageProps) {
  const words = accessWords();
  const token = useToken(query, "/verify");
  const end = useSignal<"open" | "parent" | undefined>(undefined);
  if (!token) return <Incomplete />;
  if (end.value === "parent") return <Ended title={words.verified} text={words.parentAsked} goOn={false} />;
  if (end.value) return <Ended title={words.verified} text={words.verifiedLead} />;
  return (
    <Page title={words.verifyTitle} lead={words.verifyLead} width="narrow">
      <Card>
        <Form submit={words.verify} onSubmit={confirm}>
          {null}
        </Form>
      </Card>
    </Page>
  );

  async function confirm() {
    const { response } = await api.POST("/api/auth/verify", { body: { token } });
    end.value = response.status === ASKED_PARENT ? "parent" : "open";
  }
}
