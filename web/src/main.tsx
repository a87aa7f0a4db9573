/** The entrance: who is here, which words, and the first page. */

import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/components.css";
import "./frame/frame.css";
import { lookForQuestions } from "./consents/panel";
import { watchConnection } from "./frame/connection";
import { bringMember, Frame } from "./frame/Frame";
import { Broken, NotFound } from "./frame/fallbacks";
import { language } from "./frame/language";
import { type Feature, start } from "./frame/router";
import { me, refreshMe } from "./frame/session";
import { frameWords } from "./frame/words";

const QUIET_MILLISECONDS = 500;
const features = Object.values(
  import.meta.glob<Feature>("./*/feature.ts", { eager: true, import: "feature" }),
);

document.documentElement.lang = language.value;
watchConnection();
const place = document.getElementById("page");
if (place) {
  // Nobody is kept out by a service that does not answer: then they are taken for a visitor.
  await Promise.all([frameWords.load(language.value), refreshMe().catch(() => null)]);
  await Promise.all([start(features, { notFound: NotFound, broken: Broken }), me.value && bringMember()]);
  render(<Frame />, place);
  setTimeout(lookForQuestions, QUIET_MILLISECONDS);
}
