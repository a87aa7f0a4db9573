/** English: the cookie banner and the choices behind it. */

export const words = {
  bannerTitle: "Your choice",
  banner: "We set only what the service needs to work. May we also do this?",
  onlyEssential: "Only essential",
  allow: "Allow",
  details: "Choose",
  title: "Cookies and choices",
  lead: "What is off stays off until you allow it, and you can change your mind here at any time.",
  notYet: "Not done today; your answer counts if it begins.",
  signal: "Your browser tells every site not to sell or share data about you. We obey that.",
  save: "Save my choices",
  saved: "Your choices are saved.",
  cookies: "Every cookie that this service may set",
  name: "Name",
  purpose: "What for",
  life: "How long",
  kind: "Kind",
  kinds: {
    essential: "Essential",
    preferences: "Preferences",
    performance: "Performance",
    marketing: "Marketing",
  } as Record<string, string>,
  nothing: "This service asks for nothing beyond what it needs to work.",
  signedIn: "Signed in, your choices are kept with your account; signed out, with this browser.",
};

export type ConsentWords = typeof words;
