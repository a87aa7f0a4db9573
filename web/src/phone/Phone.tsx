/** The phone's page: the keypad or the call, and beside it whom one calls. */

import { useEffect } from "preact/hooks";
import { asProblem } from "../api/problem";
import { Banner } from "../design/Banner";
import { IconButton } from "../design/Button";
import { EmptyState } from "../design/Card";
import { Page } from "../design/Page";
import { balance, me } from "../frame/session";
import { useSignal } from "../frame/signals";
import { AtHand } from "./AtHand";
import { CallView } from "./CallView";
import { isLive, placed } from "./call";
import { refreshCallerIds } from "./callerIds";
import { Dialler } from "./Dialler";
import { Ended } from "./Ended";
import "./phone.css";
import { SoundDialog } from "./SoundDialog";
import { phoneWords } from "./words";

export default function Phone() {
  const words = phoneWords();
  const withSound = useSignal(false);
  useEffect(() => {
    // Without them, calls show the service's own number.
    refreshCallerIds().catch(asProblem);
  }, []);
  if (me.value?.status === "closed") {
    return (
      <Page title={words.title} width="reading">
        <EmptyState icon="phone" title={words.closed} />
      </Page>
    );
  }
  return (
    <Page
      title={words.title}
      end={
        !isLive.value && (
          <IconButton
            icon="microphone"
            label={words.sound}
            onClick={() => {
              withSound.value = true;
            }}
          />
        )
      }
    >
      {balance.value?.status === "frozen" && <Banner kind="warning">{words.frozen}</Banner>}
      <div class="columns phone">
        <Middle />
        <AtHand />
      </div>
      {withSound.value && (
        <SoundDialog
          onClose={() => {
            withSound.value = false;
          }}
        />
      )}
    </Page>
  );
}

function Middle() {
  const call = placed.value;
  if (!call) return <Dialler />;
  return call.phase === "ended" ? <Ended call={call} /> : <CallView call={call} />;
}
