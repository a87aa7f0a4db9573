/** Dialogs: the browser's own, which keep the focus inside and give it back. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { frameWords } from "../frame/words";
import { IconButton } from "./Button";

/** Open while it is rendered; `onClose` when its person closes it. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  sheet?: boolean;
}) {
  const element = useRef<HTMLDialogElement>(null);
  const isPressed = useRef(false);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      class={props.sheet ? "sheet" : undefined}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        props.onClose();
      }}
      onPointerDown={(event) => {
        isPressed.current = event.target === element.current;
      }}
      onClick={(event) => {
        // Text that is selected beyond the edge ends there, but did not begin there.
        if (isPressed.current && event.target === element.current) props.onClose();
      }}
    >
      <div class="dialog">
        <div class="heading">
          <h2 id={id}>{props.title}</h2>
          <IconButton icon="close" label={frameWords().close} onClick={props.onClose} />
        </div>
        {props.children}
      </div>
    </dialog>
  );
}
