/** The frame around every page. */

import { panel } from "../consents/panel";
import { Icon } from "../design/icons";
import { Brand } from "./Brand";
import { isOnline } from "./connection";
import { Footer } from "./Footer";
import { language } from "./language";
import { news, ongoing } from "./ongoing";
import { type Feature, isTurning, shown } from "./router";
import { isActive, me } from "./session";
import { signal, useSignalEffect } from "./signals";
import { frameWords, memberWords } from "./words";

/** Not in the script of who comes to sign in. */
const member = signal<typeof import("./Member") | undefined>(undefined);

export function Frame() {
  const words = frameWords();
  const Panel = panel.value;
  const Ongoing = ongoing.value;
  const News = news.value;
  const MemberPart = me.value ? member.value : undefined;
  useSignalEffect(() => {
    if (me.value && !member.value) void bringMember();
  });
  return (
    <div
      class={["frame", isActive.value && "with-rail", isTurning.value && "turning"].filter(Boolean).join(" ")}
    >
      <a class="skip" href="#main" onClick={skip}>
        {words.skip}
      </a>
      <header class="top">
        <Brand />
        {MemberPart && <MemberPart.End />}
      </header>
      <div class="told" role="status">
        {(!isOnline.value || me.value === undefined) && (
          <div class="banner warning">
            <Icon name="offline" size={20} />
            <div>{words.offline}</div>
          </div>
        )}
      </div>
      <main id="main" tabIndex={-1}>
        {Ongoing && <Ongoing />}
        <Shown />
      </main>
      <Footer />
      {MemberPart && <MemberPart.Around />}
      <div class="toasts" role="status" aria-live="polite">
        {News && <News />}
      </div>
      {Panel && <Panel />}
    </div>
  );
}

function Shown() {
  const page = shown.value;
  if (!page) return null;
  const Component = page.component;
  return <Component key={page.key} {...page.props} />;
}

/** What who is signed in sees beside the pages; before the first one is shown, so that nothing moves then. */
export async function bringMember(): Promise<Feature[]> {
  const [brought] = await Promise.all([import("./Member"), memberWords.load(language.value)]);
  member.value = brought;
  return brought.features;
}

function skip(event: MouseEvent) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
