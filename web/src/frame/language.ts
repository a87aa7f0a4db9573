/** Which language the page speaks, and catalogues of messages that are loaded for that language alone. */

import { signal } from "./signals";

export const LANGUAGES = { en: "English", de: "Deutsch" } as const;
export type Language = keyof typeof LANGUAGES;

/** A function that gives the words of now; reading it in a component follows a change of language. */
export type Catalogue<Words> = { (): Words; load(language: Language): Promise<void> };

const CHOSEN = "language";

export const language = signal<Language>(preferred());
const catalogues: Catalogue<unknown>[] = [];

/** Make a catalogue. `words.load` is awaited by the router for the catalogues that a page names. */
export function catalogue<Words>(
  sources: Record<Language, () => Promise<{ words: Words }>>,
): Catalogue<Words> {
  const loaded = new Map<Language, Words>();
  const words = () => {
    const found = loaded.get(language.value);
    if (!found) throw new Error("These words are not loaded: name their catalogue in the page's entry.");
    return found;
  };
  const made = Object.assign(words, {
    async load(wanted: Language) {
      if (!catalogues.includes(made)) catalogues.push(made);
      if (!loaded.has(wanted)) loaded.set(wanted, (await sources[wanted]()).words);
      // Another language may have been chosen meanwhile.
      if (!loaded.has(language.value)) await made.load(language.value);
    },
  });
  return made;
}

/** Speak another language for the rest of this visit. Rejects, and changes nothing, when it can't be had. */
export async function speak(wanted: Language): Promise<void> {
  // While words are loaded others may be asked for, in the language of before.
  for (let known = 0; known < catalogues.length; ) {
    known = catalogues.length;
    await Promise.all(catalogues.map((one) => one.load(wanted)));
  }
  language.value = wanted;
  document.documentElement.lang = wanted;
  quietly(() => sessionStorage.setItem(CHOSEN, wanted));
}

function preferred(): Language {
  const wishes = [quietly(() => sessionStorage.getItem(CHOSEN)) ?? "", ...navigator.languages];
  const known = wishes.map((wish) => wish.slice(0, 2).toLowerCase()).find((wish) => wish in LANGUAGES);
  return (known ?? "en") as Language;
}

/** Whoever blocks all cookies lets nothing be kept at all. */
function quietly<Kept>(keep: () => Kept): Kept | undefined {
  try {
    return keep();
  } catch {
    return undefined;
  }
}
