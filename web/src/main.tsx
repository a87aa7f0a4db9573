/** The entrance: who is here, which words, and the first page. What only members need comes after. */

import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/components.css";
import "./frame/frame.css";
import { feature as access } from "./access/feature";
import { lookForQuestions } from "./consents/panel";
import { watchConnection } from "./frame/connection";
import { bringMember, Frame } from "./frame/Frame";
import { Broken, NotFound } from "./frame/fallbacks";
import { language } from "./frame/language";
import { start } from "./frame/router";
import { me, refreshMe } from "./frame/session";
import { frameWords } from "./frame/words";
import { feature as phone } from "./phone/feature";

const QUIET_MILLISECONDS = 500;
const LOOK_MILLISECONDS = 5_000;

// Not awaited here: other scripts import this one, and would wait for it.
void enter();

async function enter(): Promise<void> {
  document.documentElement.lang = language.value;
  watchConnection();
  const place = document.getElementById("page");
  if (!place) return;
  await Promise.all([frameWords.load(language.value), recognize()]);
  await start([access, phone], { more: bringMember, notFound: NotFound, broken: Broken });
  render(<Frame />, place);
  setTimeout(lookForQuestions, QUIET_MILLISECONDS);
}

/** Nobody is kept out by a service that does not answer: meanwhile they are taken for a visitor. */
async function recognize(): Promise<void> {
  if (me.value === undefined) await refreshMe().catch(() => setTimeout(recognize, LOOK_MILLISECONDS));
}
