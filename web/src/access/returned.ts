/** What came of a way to Google, for who is signed in; visitors read it on the first page. */

import { language } from "../frame/language";
import { readdress } from "../frame/router";
import { tell } from "../frame/toasts";
import { welcomeWords } from "./words";

export async function tellOfGoogle(): Promise<void> {
  const reason = new URLSearchParams(location.search).get("google");
  if (!reason) return;
  await welcomeWords.load(language.value);
  const { google } = welcomeWords();
  tell(google[reason] ?? google.failed ?? "", reason === "linked" ? "good" : "bad");
  readdress(location.pathname);
}
