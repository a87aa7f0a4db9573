/** German: the cookie banner and the choices behind it. */

import type { ConsentWords } from "./words.en";

export const words: ConsentWords = {
  bannerTitle: "Ihre Wahl",
  banner: "Wir setzen nur, was der Dienst zum Arbeiten braucht. Dürfen wir auch dies?",
  onlyEssential: "Nur Notwendiges",
  allow: "Erlauben",
  details: "Auswählen",
  title: "Cookies und Einwilligungen",
  lead: "Was aus ist, bleibt aus, bis Sie es erlauben. Hier können Sie es sich jederzeit anders überlegen.",
  notYet: "Findet heute nicht statt; Ihre Antwort gilt, falls es beginnt.",
  signal:
    "Ihr Browser sagt jeder Seite, dass Daten über Sie nicht verkauft oder geteilt werden sollen. Wir halten uns daran.",
  save: "Auswahl speichern",
  saved: "Ihre Auswahl ist gespeichert.",
  cookies: "Jedes Cookie, das dieser Dienst setzen kann",
  name: "Name",
  purpose: "Wofür",
  life: "Wie lange",
  kind: "Art",
  kinds: {
    essential: "Notwendig",
    preferences: "Vorlieben",
    performance: "Leistung",
    marketing: "Werbung",
  },
  nothing: "Dieser Dienst bittet um nichts über das hinaus, was er zum Arbeiten braucht.",
  signedIn: "Angemeldet bleiben Ihre Antworten bei Ihrem Konto; abgemeldet bei diesem Browser.",
};
