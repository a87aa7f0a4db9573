/** The foot of every page: what can be read without an account, cookies, and the language. */

import { choose } from "../consents/panel";
import { miss } from "./connection";
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
        onChange={async ({ currentTarget: choice }) => {
          await speak(choice.value as Language).catch(miss);
          choice.value = language.value;
        }}
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
