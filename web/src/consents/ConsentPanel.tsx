/** The banner, which asks once, and the dialog in which every choice can be changed at any time. */

import { useEffect } from "preact/hooks";
import { useSignal } from "../frame/signals";
import "./consents.css";
import { useAnswer } from "../api/asking";
import { api, say } from "../api/client";
import { asProblem } from "../api/problem";
import { Asked } from "../design/Asked";
import { Alert, Banner } from "../design/Banner";
import { Button } from "../design/Button";
import { Skeleton } from "../design/Card";
import { Dialog } from "../design/Dialog";
import { Switch } from "../design/Field";
import { Table } from "../design/Table";
import { duration } from "../frame/formats";
import { tell } from "../frame/toasts";
import { type Consents, consents, isChoosing, isPutAside, refreshConsents } from "./asking";
import { consentWords } from "./words";

type Answers = Record<string, boolean>;

export function ConsentPanel() {
  const told = consents.value;
  return (
    <>
      {told?.ask && !isPutAside.value && !isChoosing.value && <Question told={told} />}
      {isChoosing.value && <Choices />}
    </>
  );
}

/** Both answers weigh the same; what is not answered stays off. */
function Question({ told }: { told: Consents }) {
  const words = consentWords();
  const busy = useSignal(false);
  const alarm = useSignal("");
  const open = told.items.filter((one) => one.in_use && !one.answered_at);
  const answer = async (granted: boolean) => {
    busy.value = true;
    try {
      await record(Object.fromEntries(open.map((one) => [one.purpose, granted])));
      document.getElementById("main")?.focus({ preventScroll: true }); // the button is gone
    } catch (thrown) {
      alarm.value = asProblem(thrown).message;
    } finally {
      busy.value = false;
    }
  };
  return (
    <section class="question" aria-label={words.bannerTitle}>
      <div>
        <p>{words.banner}</p>
        <ul>
          {open.map((one) => (
            <li key={one.purpose} lang="en">
              {one.what}
            </li>
          ))}
        </ul>
        <Alert text={alarm.value} />
      </div>
      <div class="actions">
        <Button kind="quiet" busy={busy.value} onClick={() => void answer(false)}>
          {words.onlyEssential}
        </Button>
        <Button kind="quiet" busy={busy.value} onClick={() => void answer(true)}>
          {words.allow}
        </Button>
        <Button
          kind="link"
          onClick={() => {
            isChoosing.value = true;
          }}
        >
          {words.details}
        </Button>
      </div>
    </section>
  );
}

function Choices() {
  const words = consentWords();
  const answers = useSignal<Answers>({});
  const busy = useSignal(false);
  const alarm = useSignal("");
  useEffect(() => {
    refreshConsents().catch((thrown) => {
      alarm.value = asProblem(thrown).message;
    });
  }, [alarm]);
  const told = consents.value;
  return (
    <Dialog title={words.title} onClose={close}>
      <p class="muted">{told?.items.length === 0 ? words.nothing : words.lead}</p>
      {told?.opted_out_by_browser && <Banner kind="info">{words.signal}</Banner>}
      {!told && !alarm.value && <Skeleton />}
      {told?.items.map((one) => (
        <Switch
          key={one.purpose}
          label={<span lang="en">{one.what}</span>}
          hint={one.in_use ? undefined : words.notYet}
          checked={answers.value[one.purpose] ?? one.granted}
          disabled={one.purpose === "sale" && told.opted_out_by_browser}
          onChange={(granted) => {
            answers.value = { ...answers.value, [one.purpose]: granted };
          }}
        />
      ))}
      <Alert text={alarm.value} />
      {told && told.items.length > 0 && (
        <>
          <div class="actions">
            <Button busy={busy.value} onClick={() => void save(told)}>
              {words.save}
            </Button>
          </div>
          <p class="small muted">{words.signedIn}</p>
        </>
      )}
      <Register />
    </Dialog>
  );

  function close() {
    isChoosing.value = false;
  }

  /** Every question is answered by saving, as it stands. */
  async function save(told: Consents) {
    busy.value = true;
    alarm.value = "";
    try {
      await record(changed(told, answers.value));
      tell(words.saved);
      close();
    } catch (thrown) {
      alarm.value = asProblem(thrown).message;
    } finally {
      busy.value = false;
    }
  }
}

/** What was turned, and what waits for an answer; the rest stands already. */
function changed(told: Consents, answers: Answers): Answers {
  const open = told.items.filter((one) => {
    const wanted = answers[one.purpose] ?? one.granted;
    return wanted !== one.granted || (one.in_use && !one.answered_at);
  });
  return Object.fromEntries(open.map((one) => [one.purpose, answers[one.purpose] ?? one.granted]));
}

/** One receipt for each purpose, one after the other: the first gives a browser the number that they go under. */
async function record(answers: Answers): Promise<void> {
  for (const [purpose, granted] of Object.entries(answers)) {
    await api.PUT("/api/privacy/consents/{purpose}", { params: { path: { purpose } }, body: { granted } });
  }
  await refreshConsents();
  isPutAside.value = true;
}

/** The profile's own list of cookies, for who unfolds it. */
function Register() {
  const words = consentWords();
  const isOpen = useSignal(false);
  return (
    <details
      class="register"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{words.cookies}</summary>
      {isOpen.value && <Cookies />}
    </details>
  );
}

function Cookies() {
  const words = consentWords();
  const answer = useAnswer(async (signal) => (await say(api.GET("/api/privacy/cookies", { signal }))).items);
  return (
    <Asked answer={answer}>
      {(cookies) => (
        <Table
          caption={words.cookies}
          rows={cookies}
          keyOf={(one) => one.name}
          columns={[
            { title: words.name, cell: (one) => <code>{one.name}</code>, head: true },
            { title: words.purpose, cell: (one) => <span lang="en">{one.purpose}</span> },
            { title: words.life, cell: (one) => duration(one.life) },
            { title: words.kind, cell: (one) => words.kinds[one.category] ?? one.category },
          ]}
        />
      )}
    </Asked>
  );
}
