/** A call that goes on while its person is on another page. */

import { Banner } from "../design/Banner";
import { IconButton } from "../design/Button";
import { Icon } from "../design/icons";
import { phoneNumber, stopwatch } from "../frame/formats";
import { path } from "../frame/router";
import { hangUp, isEnding, placed, seconds } from "./call";
import "./ongoing.css";
import { phoneWords } from "./words";

export function Ongoing() {
  const words = phoneWords();
  const call = placed.value;
  if (!call || path.value === "/") return null;
  return (
    <>
      <section class="ongoing" aria-label={words.ongoing}>
        <a href="/">
          <Icon name="phone" size={20} />
          <span>{phoneNumber(call.to)}</span>
          <span class="state">
            {call.phase === "talking" ? stopwatch(seconds.value) : words.phases[call.phase]}
          </span>
        </a>
        <IconButton icon="hangUp" label={words.hangUp} onClick={hangUp} />
      </section>
      {isEnding.value && <Banner kind="warning">{words.ending}</Banner>}
    </>
  );
}
