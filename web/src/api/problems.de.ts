/**
 * German for the service's refusals: by the sentence where a type has several or says a number, else by the type.
 *
 * What a policy words itself is not here: it is shown as it was written.
 */

const FIELD = "Das passt hier nicht. Bitte prüfen Sie es.";

/** What a refusal says; undefined for what has no German. */
export function problem(type: string, sentence: string): string | undefined {
  return said(sentence) ?? TYPES[type];
}

/** What is wrong with a field. */
export function field(sentence: string): string {
  return said(sentence) ?? FIELD;
}

function said(sentence: string): string | undefined {
  for (const [english, german] of SENTENCES) {
    if (english.test(sentence)) return sentence.replace(english, german);
  }
  return undefined;
}

const SENTENCES: [RegExp, string][] = [
  [
    /^At most (\d+)\.(\d+) ([A-Z]{3}) can go back .*$/,
    "Höchstens $1,$2 $3 können auf dem Weg zurück, auf dem bezahlt wurde.",
  ],
  [
    /^At most (\d+) ([A-Z]{3}) can go back .*$/,
    "Höchstens $1 $2 können auf dem Weg zurück, auf dem bezahlt wurde.",
  ],
  [
    /^Our payment partner could not refund this\..*$/,
    "Unser Zahlungspartner konnte das nicht erstatten. Es hat sich nichts geändert; bitte schreiben Sie uns.",
  ],
  [
    /^Our payment partner does not answer .*$/,
    "Unser Zahlungspartner antwortet gerade nicht. Es wurde nichts abgebucht; bitte versuchen Sie es noch einmal.",
  ],
  [/^Choose whole cents from (\d+) to (\d+)\.$/, "Bitte ganze Cent, von $1 bis $2."],
  [/^Choose whole cents\.$/, "Bitte ganze Cent."],
  [/^Choose at least (\S+) (\S+), or all of it\.$/, "Bitte mindestens $1 $2, oder alles."],
  [
    /^Choose a threshold of at most the amount.*$/,
    "Bitte eine Schwelle bis zu diesem Betrag, damit eine Zahlung Ihr Guthaben darüber hebt.",
  ],
  [
    /^That was too often\. Please try again in a minute\.$/,
    "Das war zu oft. Bitte versuchen Sie es in einer Minute wieder.",
  ],
  [
    /^That was too often\. Please try again in (\d+) minutes\.$/,
    "Das war zu oft. Bitte versuchen Sie es in $1 Minuten wieder.",
  ],
  [
    /^That was too often\. Please try again in (\d+) hours\.$/,
    "Das war zu oft. Bitte versuchen Sie es in $1 Stunden wieder.",
  ],
  [
    /^You have placed very many calls this hour\..*$/,
    "Sie haben in dieser Stunde sehr viele Anrufe begonnen. Bitte versuchen Sie es in der nächsten wieder.",
  ],
  [
    /^You must be at least (\d+) years old .*$/,
    "Um diesen Dienst zu benutzen, müssen Sie mindestens $1 Jahre alt sein.",
  ],
  [
    /^Before you are (\d+), a parent must agree\..*$/,
    "Bis Sie $1 sind, muss ein Elternteil zustimmen. Bitte nennen Sie uns dessen Mail-Adresse.",
  ],
  [/^You have (\d+) numbers\..*$/, "Sie haben schon $1 Rufnummern. Bitte entfernen Sie zuerst eine."],
  [/^Please check this number; did you mean (\+\d+)\?$/, "Bitte prüfen Sie diese Nummer; meinten Sie $1?"],
  [
    /^.* are only shown from (\d{4})-(\d\d)-(\d\d) on\.$/,
    "Ihre Adresse wurde geändert und danach das Passwort über eine Mail dorthin neu gesetzt. Damit Ihre Anrufe vor Fremden sicher sind, werden sie und Ihre Daten erst ab dem $3.$2.$1 gezeigt.",
  ],
  [/^This deletion has begun.*$/, "Diese Löschung hat begonnen; sie kann nicht mehr abgebrochen werden."],
  [/^We are calling this number already\.$/, "Wir rufen diese Nummer schon an."],
  [
    /^Your credit is not enough for this call\..*$/,
    "Ihr Guthaben reicht für diesen Anruf nicht. Bitte laden Sie zuerst auf.",
  ],
  [/^Your account can't make calls right now\.$/, "Ihr Konto kann gerade nicht anrufen."],
  [
    /^Your account is being deleted, or is closed already\.$/,
    "Ihr Konto wird gelöscht oder ist schon geschlossen.",
  ],
  [
    /^This account is closed, so nothing can be chosen for it\.$/,
    "Dieses Konto ist geschlossen; für es kann nichts mehr gewählt werden.",
  ],
  [
    /^You asked us to only store this data\..*$/,
    "Sie haben verlangt, dass wir diese Daten nur speichern. Heben Sie die Einschränkung auf, damit sie wieder benutzt werden.",
  ],
  [
    /^This link no longer works\. Please use our newest mail.*$/,
    "Dieser Link gilt nicht mehr. Bitte nehmen Sie unsere neueste Mail, oder legen Sie das Konto noch einmal an.",
  ],
  [/^This call ended too long ago\.$/, "Dieser Anruf ist zu lange her."],
  [
    /^These are too many calls at once\..*$/,
    "Das sind zu viele Anrufe auf einmal. Bitte wählen Sie weniger Tage.",
  ],
  [
    /^Your file is still being made\..*$/,
    "Ihre Datei entsteht noch. Bitte versuchen Sie es in einigen Minuten wieder.",
  ],
  [/^This service does not (give that right|offer that yet)\.$/, "Das bietet dieser Dienst nicht an."],
  [
    /^We can't find that (call|file|session|top-up|refund)\.$/,
    "Das finden wir nicht. Vielleicht gibt es das nicht mehr.",
  ],
  [/^The period does not fit\.$/, "Der Zeitraum passt nicht."],
  [/^Please ask for (\d+) days at most\.$/, "Bitte höchstens $1 Tage."],
  [/^This day is before the first one\.$/, "Dieser Tag liegt vor dem ersten."],
  [/^This is missing\.$/, "Bitte füllen Sie das aus."],
  [/^Please fill this in\.$/, "Bitte füllen Sie das aus."],
  [/^We do not ask for this\.$/, "Danach fragen wir nicht."],
  [/^Give this once\.$/, "Bitte nur einmal angeben."],
  [
    /^Please check this address; it should look like (\S+)\.$/,
    "Bitte prüfen Sie diese Adresse; sie sieht aus wie $1.",
  ],
  [
    /^Please choose a password of (\d+) to (\d+) characters\.$/,
    "Bitte wählen Sie ein Passwort mit $1 bis $2 Zeichen.",
  ],
  [
    /^Others would guess this one:.*$/,
    "Das würden andere erraten: Es ist verbreitet oder besteht aus Ihrer Adresse oder unserem Namen.",
  ],
  [/^Please write this in one to (\d+) lines\.$/, "Bitte schreiben Sie das in höchstens $1 Zeilen."],
  [
    /^Please give the number with its country, such as (\+[\d ]+)\.$/,
    "Bitte mit der Vorwahl des Landes, etwa $1.",
  ],
  [/^Please choose a country\.$/, "Bitte wählen Sie ein Land."],
  [/^Please check your birth date\.$/, "Bitte prüfen Sie Ihr Geburtsdatum."],
  [
    /^Please give us a parent's own address, not yours\.$/,
    "Bitte die eigene Adresse eines Elternteils, nicht Ihre.",
  ],
  [/^This is your address already\.$/, "Das ist schon Ihre Adresse."],
  [/^This is not your password\.$/, "Das ist nicht Ihr Passwort."],
  [/^Expected `str` of length >= (\d+)\.$/, "Bitte mindestens $1 Zeichen."],
  [/^Expected `str` of length <= (\d+)\.$/, "Bitte höchstens $1 Zeichen."],
];

const TYPES: Record<string, string> = {
  "account-closed": "Ihr Konto ist geschlossen: Es kann gelesen werden, sonst nichts.",
  "account-frozen": "Eine Ihrer Zahlungen wird bestritten. Bitte schreiben Sie uns, damit es weitergeht.",
  "account-suspended": "Ihr Konto wird gelöscht. Brechen Sie die Löschung ab, um es wieder zu benutzen.",
  "address-taken": "Inzwischen hat ein anderes Konto diese Adresse; Ihre bleibt, wie sie ist.",
  "address-too-new": "Ihre Adresse ist dafür noch zu neu. Das schützt Ihre Daten vor Fremden.",
  busy: "Gerade ist viel los. Bitte versuchen Sie es gleich noch einmal.",
  "call-ended": "Dieser Anruf ist zu Ende. Bitte wählen Sie noch einmal.",
  "call-live": "Dieser Anruf läuft noch. Bitte sagen Sie es uns etwas später.",
  "caller-id": "Anrufen können Sie nur mit einer Nummer, die Sie bestätigt haben.",
  "caller-id-known": "Diese Nummer ist schon bestätigt.",
  "caller-id-leaving": "Wir entfernen diese Nummer noch. Bitte versuchen Sie es in einer Minute wieder.",
  "caller-id-removed": "Diese Nummer wurde inzwischen entfernt.",
  "caller-ids-full": "Mehr Rufnummern können Sie nicht haben. Bitte entfernen Sie zuerst eine.",
  "card-number": "Das enthält eine Kartennummer. Bitte schreiben Sie hier nie eine.",
  "changed-meanwhile": "Ihr Konto wurde eben anderswo geändert. Bitte melden Sie sich noch einmal an.",
  "country-not-allowed": "In dieses Land oder Netz bieten wir keine Anrufe an.",
  csrf: "Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "deletion-begun": "Ihre Daten werden gerade gelöscht; es gibt nichts mehr herauszugeben.",
  "export-gone": "Diese Datei gibt es nicht mehr. Bitte fragen Sie Ihre Daten noch einmal an.",
  "export-made": "Ihre Datei ist schon fertig; das lässt sich nicht mehr abbrechen.",
  "foreign-origin": "Diese Anfrage kam von einer anderen Seite, darum haben wir nichts getan.",
  "high-risk-country":
    "Mit Anrufen in dieses Land verdienen oft Betrüger. Sie sind aus, bis Ihre Grenzen sie erlauben.",
  "idempotency-key-reused":
    "Unter diesem Schlüssel kam schon eine andere Anfrage. Bitte laden Sie die Seite neu.",
  "in-progress": "Ihre erste Anfrage ist noch in Arbeit. Bitte warten Sie einen Augenblick.",
  invalid: "Einige dieser Angaben passen nicht.",
  "link-not-valid": "Dieser Link gilt nicht mehr: Jeder geht nur einmal, nur der neueste, und nicht lange.",
  "mail-unavailable":
    "Wir können gerade keine Mails schicken. Bitte versuchen Sie es in ein paar Minuten wieder.",
  malformed: "Wir konnten diese Anfrage nicht lesen.",
  "media-type": "Diese Art von Inhalt können wir nicht lesen.",
  "method-not-allowed": "Das geht unter dieser Adresse nicht.",
  "no-credit": "Sie haben kein Guthaben mehr. Bitte laden Sie zuerst auf.",
  "not-by-consent": "Dieser Zweck beruht nicht auf Ihrer Einwilligung, darum kann sie nicht erteilt werden.",
  "not-found": "Das finden wir nicht.",
  "not-offered": "Das bietet dieser Dienst nicht an.",
  "not-opposable": "Das beruht nicht auf einem Interesse von uns, darum gibt es nichts zu widersprechen.",
  "not-portable": "Weitergeben lassen sich nur Daten, die Sie zum Mitnehmen angefragt haben.",
  "not-ready": "Wir erreichen gerade unsere eigenen Speicher nicht.",
  "not-refundable": "Das kann nicht zurückgezahlt werden.",
  "number-not-e164": "Bitte schreiben Sie die Nummer mit + und Landesvorwahl, nur Ziffern, etwa +4930123456.",
  "number-not-valid": "Diese Nummer kennen wir nicht. Bitte prüfen Sie die Ziffern.",
  "number-not-verifiable": "Diese Nummer können wir nicht bestätigen. Ist es Ihre, schreiben Sie uns bitte.",
  "number-unpriced": "Zu dieser Nummer verbinden wir noch nicht.",
  objected: "Sie haben dem widersprochen. Nehmen Sie den Widerspruch zurück, dann können Sie es erlauben.",
  "opted-out-by-browser":
    "Ihr Browser sagt jeder Seite, dass Daten über Sie nicht verkauft werden sollen. Bitte schalten Sie das zuerst aus.",
  "pager-number": "Diese Nummer gehört einem Pager, der keine Anrufe annimmt.",
  "parent-needed": "Dafür muss ein Elternteil zustimmen. Bitte nennen Sie uns dessen Mail-Adresse.",
  "partner-unavailable":
    "Ein Partner von uns antwortet gerade nicht. Bitte versuchen Sie es gleich noch einmal.",
  "payments-unavailable":
    "Unser Zahlungspartner antwortet gerade nicht. Es wurde nichts abgebucht; bitte versuchen Sie es noch einmal.",
  "personal-number":
    "Diese persönliche Nummer leitet teuer weiter. Bitte nehmen Sie die gewöhnliche des Menschen.",
  "policy-changed":
    "Unsere Datenschutzerklärung hat sich geändert. Bitte lesen Sie sie noch einmal, dann legen Sie das Konto an.",
  "premium-number":
    "Das ist eine Sondernummer, die Anrufende zusätzlich bezahlen. Solche verbinden wir nicht.",
  "quality-known": "Wie gut dieser Anruf war, wissen wir schon.",
  "request-answered": "Diese Anfrage ist schon beantwortet; sie lässt sich nicht mehr abbrechen.",
  restricted: "Diese Daten dürfen gerade nicht benutzt werden.",
  "satellite-number": "Diese Nummer liegt in einem Satellitennetz, das wir nicht verbinden.",
  "shared-cost-number":
    "Diese Servicenummer ist nur im eigenen Land erreichbar. Bitte suchen Sie eine gewöhnliche.",
  "short-number": "Kurznummern gehen nur am Telefon vor Ort. Bitte geben Sie die ganze Nummer mit + an.",
  "sign-in": "Bitte melden Sie sich zuerst an.",
  "sign-in-again": "Bitte melden Sie sich dafür noch einmal an; das schützt Ihr Konto.",
  "spend-cap":
    "Das ginge über eine Grenze Ihres Kontos. Sehen Sie in Ihre Grenzen, oder versuchen Sie es morgen wieder.",
  token:
    "Dieser Anruf lässt sich nicht beginnen. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal.",
  "too-large": "Das ist mehr, als wir auf einmal annehmen können.",
  "too-late": "Dafür ist es zu spät.",
  "too-many-calls": "Mehr Gespräche zugleich erlaubt Ihr Konto nicht.",
  "too-many-requests": "Das war zu oft. Bitte versuchen Sie es später wieder.",
  "too-young": "Für diesen Dienst sind Sie noch zu jung.",
  "uan-number":
    "Diese Sondernummer einer Firma verbinden wir nicht. Bitte suchen Sie deren gewöhnliche Nummer.",
  unexpected: "Bei uns ist etwas schiefgegangen. Bitte versuchen Sie es gleich noch einmal.",
  "voicemail-number": "Diese Nummer führt nur zu einem Anrufbeantworter. Solche verbinden wir nicht.",
  "wrong-credentials": "Adresse und Passwort passen nicht zusammen.",
  "wrong-password": "Das ist nicht Ihr Passwort.",
};
