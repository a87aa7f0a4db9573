/** What is shown on every page while one turns them: whoever has something puts it here. */

import type { ComponentType } from "preact";
import { signal } from "./signals";

/** Above the page, such as a call. */
export const ongoing = signal<ComponentType | undefined>(undefined);
/** Short news at the edge of the screen. */
export const news = signal<ComponentType | undefined>(undefined);
