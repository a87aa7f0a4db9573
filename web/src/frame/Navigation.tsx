/** Where one can go: a bar at the foot of a phone's screen, a rail beside a wide one. */

import { Dialog } from "../design/Dialog";
import { Icon } from "../design/icons";
import { Brand } from "./Brand";
import { signOut } from "./leaving";
import { type Entry, entries, match, path } from "./router";
import { useSignal } from "./signals";
import { memberWords } from "./words";

const IN_THE_BAR = 4;

export function Navigation() {
  const words = memberWords();
  const isOpen = useSignal(false);
  const all = entries();
  const later = all.slice(IN_THE_BAR);
  return (
    <nav class="rail" aria-label={words.main}>
      <Brand />
      {all.map((entry, at) => (
        <Place key={entry.to} entry={entry} later={at >= IN_THE_BAR} />
      ))}
      <button type="button" class="more" aria-haspopup="dialog" onClick={() => open(true)}>
        <Icon name="more" />
        {words.more}
      </button>
      {isOpen.value && (
        <Dialog title={words.more} sheet onClose={() => open(false)}>
          <div class="sheet-links" onClick={() => open(false)}>
            {later.map((entry) => (
              <Place key={entry.to} entry={entry} />
            ))}
            <button type="button" onClick={() => void signOut()}>
              <Icon name="outgoing" />
              {words.signOut}
            </button>
          </div>
        </Dialog>
      )}
    </nav>
  );

  function open(wanted: boolean) {
    isOpen.value = wanted;
  }
}

function Place({ entry, later = false }: { entry: Entry; later?: boolean }) {
  const here = match(entry.to, path.value) || (entry.to !== "/" && path.value.startsWith(`${entry.to}/`));
  return (
    <a href={entry.to} class={later ? "later" : undefined} aria-current={here ? "page" : undefined}>
      <Icon name={entry.icon} />
      {memberWords()[entry.word]}
    </a>
  );
}
