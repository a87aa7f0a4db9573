/** The privacy centre: what is held, choices, a file of it all, requests and the end. */

import { useSignal } from "../frame/signals";
import "./privacy.css";
import { Banner } from "../design/Banner";
import { Page } from "../design/Page";
import { Tabs } from "../design/Tabs";
import { type PageProps, readdress } from "../frame/router";
import { me } from "../frame/session";
import { Choosing } from "./Choosing";
import { Deletion } from "./Deletion";
import { Exports } from "./Exports";
import { Held } from "./Held";
import { Requests } from "./Requests";
import { privacyWords } from "./words";

const PARTS = ["held", "choices", "file", "requests", "leave"] as const;
/** In a deletion's grace the rest can't be read. */
const RESTING = ["leave", "requests", "file"] as const;
type Part = (typeof PARTS)[number];

export default function Privacy({ params }: PageProps) {
  const words = privacyWords();
  const wanted = useSignal<string | undefined>(params.part);
  const isResting = me.value?.status === "suspended";
  const parts: readonly Part[] = isResting ? RESTING : PARTS;
  const first: Part = isResting ? "leave" : "held";
  const part = parts.find((one) => one === wanted.value) ?? first;
  return (
    <Page title={words.title} lead={words.lead}>
      {isResting && <Banner kind="warning">{words.suspended}</Banner>}
      <Tabs
        label={words.parts}
        tabs={parts.map((key) => ({ key, title: words[key] }))}
        shown={part}
        onShow={(key) => {
          wanted.value = key;
          readdress(key === "held" ? "/privacy" : `/privacy/${key}`);
        }}
      >
        {part === "held" && <Held />}
        {part === "choices" && <Choosing />}
        {part === "file" && <Exports />}
        {part === "requests" && <Requests />}
        {part === "leave" && <Deletion />}
      </Tabs>
    </Page>
  );
}
