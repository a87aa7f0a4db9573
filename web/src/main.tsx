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
import { refreshMe } from "./frame/session";
import { frameWords } from "./frame/words";
import { feature as phone } from "./phone/feature";

const QUIET_MILLISECONDS = 500;

// Not awaited here: other scripts import this one, and would wait for it.
void enter();

async function enter(): Promise<void> {
  document.documentElement.lang = language.value;
  watchConnection();
  const place = document.getElementById("page");
  if (!place) return;
  // Nobody is kept out by a service that does not answer: then they are taken for a visitor.
  await Promise.all([frameWords.load(language.value), refreshMe().catch(() => null)]);
  await start([access, phone], { more: bringMember, notFound: NotFound, broken: Broken });
  render(<Frame />, place);
  setTimeout(lookForQuestions, QUIET_MILLISECONDS);
}
