/** The service's mark and name. */

import { service } from "./service";

export function Brand() {
  return (
    <a class="brand" href="/">
      <svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
        <rect class="ground" width="32" height="32" rx="9.5" />
        <path class="stroke" d="M8 10.5l6.6 11.2L24 8.5" />
        <circle class="dot" cx="24" cy="22" r="2.2" />
      </svg>
      <span>{service.title}</span>
    </a>
  );
}
