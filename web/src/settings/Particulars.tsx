/** What else the policy lets the service keep of a person, for them to correct. */

import { DetailFields, type SignUpSchema, told } from "../access/details";
import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { Asked } from "../design/Asked";
import { Card } from "../design/Card";
import { Form } from "../design/Form";
import { adopt, type Me } from "../frame/session";
import { tell } from "../frame/toasts";
import { settingsWords } from "./words";

/** Asked at sign-up alone. */
const WITHOUT = ["parent_email"];

export function Particulars({ person }: { person: Me }) {
  const words = settingsWords();
  const answer = useAnswer(
    async (signal) => (await say(api.GET("/api/auth/signup", { signal }))) as unknown as SignUpSchema,
  );
  return (
    <Card title={words.detailsTitle}>
      <Asked answer={answer} lines={4} tall>
        {(schema) => (
          <Form
            submit={words.save}
            onSubmit={async (values) => {
              // Which fields there are is the policy's matter, so that the document can't name them.
              const body = told(schema, values, null) as Record<string, never>;
              adopt(await say(api.PATCH("/api/me", { body })));
              tell(words.saved);
            }}
          >
            <DetailFields schema={schema} values={known(person)} without={WITHOUT} />
          </Form>
        )}
      </Asked>
    </Card>
  );
}

function known(person: Me): Record<string, string> {
  const { name, business_name, phone, billing_address, country } = person;
  const given = Object.entries({ name, business_name, phone, billing_address, country });
  return Object.fromEntries(given.map(([key, value]) => [key, value ?? ""]));
}
