/** Consents, objections and restrictions: each counts as soon as it is turned. */

import { type Answer, useAnswer } from "../api/asking";
import { api, type Schema, say } from "../api/client";
import { asProblem } from "../api/problem";
import { consents } from "../consents/asking";
import { Asked } from "../design/Asked";
import { Banner } from "../design/Banner";
import { Card } from "../design/Card";
import { Switch } from "../design/Field";
import { offers } from "../frame/service";
import { useSignal } from "../frame/signals";
import { tell } from "../frame/toasts";
import { privacyWords } from "./words";

const MARKETING = "marketing";
const EVERYTHING = "everything";

export function Choosing() {
  return (
    <>
      {offers("consents") && <Consents />}
      {offers("objections") && <Objections />}
      {offers("restrictions") && <Restrictions />}
    </>
  );
}

/** Turn something, then show what the service says of it. */
function useTurning<Told>(answer: Answer<Told>) {
  const busy = useSignal(false);
  return async (act: () => Promise<unknown>) => {
    if (busy.value) return;
    busy.value = true;
    try {
      await act();
      await answer.look();
      tell(privacyWords().saved);
    } catch (thrown) {
      tell(asProblem(thrown).message, "bad");
    } finally {
      busy.value = false;
    }
  };
}

function Consents() {
  const words = privacyWords();
  const answer = useAnswer(async (signal) => {
    const told = await say(api.GET("/api/privacy/consents", { signal }));
    consents.value = told;
    return told;
  });
  const turn = useTurning(answer);
  return (
    <Card title={words.consentsTitle}>
      <Asked answer={answer} lines={3}>
        {({ items, opted_out_by_browser }) => (
          <>
            <p class="muted">{items.length ? words.consentsWhat : words.consentsNone}</p>
            {opted_out_by_browser && <Banner>{words.signal}</Banner>}
            {items.map(({ purpose, what, in_use, granted }) => (
              <Switch
                key={purpose}
                label={<span lang="en">{what}</span>}
                hint={in_use ? undefined : words.notYet}
                checked={granted}
                disabled={purpose === "sale" && opted_out_by_browser}
                onChange={(wanted) => {
                  const params = { path: { purpose } };
                  const body = { granted: wanted };
                  void turn(() => api.PUT("/api/privacy/consents/{purpose}", { params, body }));
                }}
              />
            ))}
          </>
        )}
      </Asked>
    </Card>
  );
}

function Objections() {
  const words = privacyWords();
  const answer = useAnswer(async (signal) => {
    const [policy, { items }] = await Promise.all([
      say(api.GET("/api/privacy/policy", { signal })),
      say(api.GET("/api/privacy/objections", { signal })),
    ]);
    return { purposes: opposable(policy), items };
  });
  const turn = useTurning(answer);
  return (
    <Card title={words.objectTitle}>
      <p class="muted">{words.objectWhat}</p>
      <Asked answer={answer} lines={3}>
        {({ purposes, items }) =>
          purposes.map(({ id: purpose, what }) => {
            const stands = items.some((one) => one.purpose === purpose);
            return (
              <Switch
                key={purpose}
                label={what ? <span lang="en">{what}</span> : words.marketing}
                checked={stands}
                onChange={(wanted) => {
                  const params = { path: { purpose } };
                  void turn(() =>
                    wanted
                      ? api.POST("/api/privacy/objections", { body: { purpose } })
                      : api.DELETE("/api/privacy/objections/{purpose}", { params }),
                  );
                }}
              />
            );
          })
        }
      </Asked>
    </Card>
  );
}

function Restrictions() {
  const words = privacyWords();
  const answer = useAnswer(async (signal) => {
    const [policy, { items }] = await Promise.all([
      say(api.GET("/api/privacy/policy", { signal })),
      say(api.GET("/api/privacy/restrictions", { signal })),
    ]);
    return { kinds: restrictable(policy), items };
  });
  const turn = useTurning(answer);
  return (
    <Card title={words.restrictTitle}>
      <p class="muted">{words.restrictWhat}</p>
      <Asked answer={answer} lines={4}>
        {({ kinds, items }) =>
          [{ id: EVERYTHING, title: "" }, ...kinds].map(({ id: category, title }) => {
            const stands = items.some((one) => one.category === category);
            return (
              <Switch
                key={category}
                label={title ? <span lang="en">{title}</span> : words.everything}
                checked={stands}
                onChange={(wanted) => {
                  const params = { path: { category } };
                  void turn(() =>
                    wanted
                      ? api.POST("/api/privacy/restrictions", { body: { category } })
                      : api.DELETE("/api/privacy/restrictions/{category}", { params }),
                  );
                }}
              />
            );
          })
        }
      </Asked>
    </Card>
  );
}

/** What rests on an interest of ours, and marketing wherever it may come from; that one may have no words. */
function opposable(policy: Schema<"PolicyDocument">) {
  const resting = policy.purposes.filter(
    ({ id, basis }) => basis === "legitimate_interest" || id === MARKETING,
  );
  const isNamed = resting.some(({ id }) => id === MARKETING);
  return isNamed ? resting : [...resting, { id: MARKETING, what: "" }];
}

function restrictable(policy: Schema<"PolicyDocument">) {
  return policy.categories.filter(
    ({ active, stores, subjects }) => active && stores.length > 0 && subjects.includes("account"),
  );
}
