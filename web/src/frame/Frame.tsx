/** The frame around every page. */

import { useSignalEffect } from "@preact/signals";
import { panel } from "../consents/asking";
import { Button, IconButton } from "../design/Button";
import { Icon } from "../design/icons";
import { Brand } from "./Brand";
import { isOnline } from "./connection";
import { Footer } from "./Footer";
import { credit } from "./formats";
import { SignInAgain } from "./fresh";
import { Navigation } from "./Navigation";
import { isTurning, shown } from "./router";
import { balance, isActive, me, refreshBalance, signOut } from "./session";
import { dismiss, toasts } from "./toasts";
import { frameWords } from "./words";

export function Frame() {
  const words = frameWords();
  const Panel = panel.value;
  useSignalEffect(() => {
    if (isActive.value) void refreshBalance();
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
        <div class="top-end">
          {balance.value && (
            <a class="chip" href="/money" aria-label={words.credit(credit(balance.value.available))}>
              {credit(balance.value.available)}
            </a>
          )}
          {me.value && (
            <Button kind="quiet" small onClick={() => void signOut()}>
              {words.signOut}
            </Button>
          )}
        </div>
      </header>
      <div class="told" role="status">
        {!isOnline.value && (
          <div class="banner warning">
            <Icon name="offline" size={20} />
            <div>{words.offline}</div>
          </div>
        )}
      </div>
      <main id="main" tabIndex={-1}>
        <Shown />
      </main>
      <Footer />
      {isActive.value && <Navigation />}
      <div class="toasts" role="status" aria-live="polite">
        {toasts.value.map((toast) => (
          <div key={toast.id} class="toast">
            <Icon name={toast.kind === "good" ? "check" : "alert"} size={20} />
            <span>{toast.text}</span>
            <IconButton icon="close" label={words.close} onClick={() => dismiss(toast.id)} />
          </div>
        ))}
      </div>
      {Panel && <Panel />}
      <SignInAgain />
    </div>
  );
}

function Shown() {
  const page = shown.value;
  if (!page) return null;
  const Component = page.component;
  return <Component key={page.key} {...page.props} />;
}

function skip(event: MouseEvent) {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
