/** What goes on while one turns pages, such as a call: shown above every page. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";

export const ongoing = signal<ComponentType | undefined>(undefined);
