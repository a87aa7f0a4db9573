/** German: what caller IDs say. */

import type { NumberWords } from "./words.en";

export const words: NumberWords = {
  title: "Rufnummern",
  lead: "Rufen Sie mit Ihrer eigenen Nummer an, damit man weiß, wer es ist.",
  listTitle: "Ihre Nummern",
  caption: "Ihre Nummern, die älteste zuerst",
  number: "Nummer",
  state: "Stand",
  states: { verified: "Bestätigt", pending: "Wartet auf den Code", failed: "Nicht bestätigt" },
  actions: "Aktionen",
  emptyTitle: "Noch keine eigene Nummer",
  empty: "Bis Sie eine hinzufügen, sehen die Angerufenen eine Nummer von uns.",
  failedHint: "Niemand hat abgenommen, oder der Code war falsch. Sie können sie noch einmal hinzufügen.",
  full: (most) =>
    `Sie haben ${most} Nummern, mehr sind nicht möglich. Entfernen Sie eine, um eine andere hinzuzufügen.`,

  addTitle: "Nummer hinzufügen",
  phone: "Ihre Telefonnummer",
  phoneHint: "Mit + und Ländervorwahl, etwa +49 30 123456. Mobil oder Festnetz.",
  add: "Diese Nummer anrufen",
  steps: "So geht es",
  step1: "Unser Netzbetreiber ruft die Nummer sofort an.",
  step2: "Nehmen Sie ab und tippen Sie den Code, der hier steht, auf diesem Telefon ein.",
  step3: "Danach können Sie die Nummer beim Anrufen auswählen.",

  codeTitle: (phone) => `Wir rufen ${phone} an`,
  codeWhat: "Nehmen Sie ab und tippen Sie diesen Code auf jenem Telefon ein:",
  codeSpoken: (digits) => `Code: ${digits}`,
  codeStops: "Der Anruf wartet etwa zwei Minuten. Diese Seite zeigt von selbst, wie es ausgeht.",
  codeNone: "Wir bitten unseren Netzbetreiber um den Anruf …",
  stop: "Abbrechen und entfernen",
  typeIt: "Für mich abnehmen und eintippen",
  typeItHint: "Auf diesem Laptop gibt es kein Telefonnetz, deshalb kann sein Ersatz das für Sie tun.",

  verified: (phone) => `${phone} ist bestätigt. Sie können jetzt damit anrufen.`,
  failed: (phone) => `${phone} wurde nicht bestätigt.`,
  remove: "Entfernen",
  removeOne: (phone) => `${phone} entfernen`,
  removeTitle: "Diese Nummer entfernen?",
  removeSure: (phone) =>
    `Anrufe können ${phone} dann nicht mehr zeigen, und auch unser Netzbetreiber vergisst sie. Um sie wieder zu benutzen, muss sie neu bestätigt werden.`,
  removed: (phone) => `${phone} ist entfernt.`,
  keep: "Behalten",
};
