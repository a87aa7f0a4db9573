/** The list of short news. */

import { IconButton } from "../design/Button";
import { Icon } from "../design/icons";
import { dismiss, toasts } from "./toasts";
import { frameWords } from "./words";

export function ToastList() {
  return (
    <>
      {toasts.value.map((toast) => (
        <div key={toast.id} class="toast">
          <Icon name={toast.kind === "good" ? "check" : "alert"} size={20} />
          <span>{toast.text}</span>
          <IconButton icon="close" label={frameWords().close} onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </>
  );
}
