/** Signing up and in, and where mails about it lead. */

import type { Feature } from "../frame/router";
import Welcome from "./Welcome";
import { accessWords, welcomeWords } from "./words";

const words = [accessWords];

export const feature: Feature = {
  pages: [
    { path: "/", for: "visitors", words: [welcomeWords], load: async () => ({ default: Welcome }) },
    { path: "/sign-up", for: "visitors", words, load: () => import("./SignUp") },
    { path: "/verify", for: "anybody", whileSuspended: true, words, load: () => import("./Verify") },
    { path: "/parent", for: "anybody", words, load: () => import("./Parent") },
    { path: "/reset", for: "anybody", words, load: () => import("./Reset") },
    { path: "/email", for: "anybody", words, load: () => import("./NewAddress") },
  ],
};
