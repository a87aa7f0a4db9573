/** The foot of every page: what can be read without an account, cookies, and the language. */

import { choose } from "../consents/panel";
import { LANGUAGES, type Language, language, speak } from "./language";
import { offers } from "./service";
import { frameWords } from "./words";

export function Footer() {
  const words = frameWords();
  return (
    <footer class="foot">
      <a href="/api/privacy/notice">{words.notice}</a>
      {offers("consents") && (
        <button type="button" onClick={() => void choose()}>
          {words.cookies}
        </button>
      )}
      <a href="/api/docs">{words.apiDocs}</a>
      <span>{words.runsOn}</span>
      <select
        aria-label={words.language}
        value={language.value}
        onChange={(event) => void speak(event.currentTarget.value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </footer>
  );
}
