/** English: what the settings say. */

export const words = {
  title: "Settings",
  account: "Your account",
  email: "Email",
  since: "With us since",
  language: "Language",
  cancel: "Cancel",

  detailsTitle: "Your details",
  save: "Save",
  saved: "Your details are saved.",

  emailTitle: "Change your email address",
  emailWhat: "We write to the new address; it counts once you open the link in that mail.",
  newEmail: "New email",
  password: "Password",
  changeEmail: "Change address",
  emailAsked: (address: string) =>
    `We wrote to ${address}. Open the link in that mail here, in this browser.`,

  passwordTitle: "Change your password",
  passwordWhat: "Every other browser is signed out.",
  currentPassword: "Current password",
  newPassword: "New password",
  changePassword: "Change password",
  passwordChanged: "Your password is changed.",

  googleTitle: "Sign in with Google",
  googleWhat: "Choose a Google account that may open this one, too.",
  googleLink: "Connect a Google account",

  sessionsTitle: "Where you are signed in",
  browser: "Browser",
  sessionHere: "This browser",
  sessionOther: "Another browser",
  sessionSince: "Signed in",
  sessionEnds: "Ends",
  sessionEnd: "Sign out",
  sessionEnded: "That browser is signed out.",
  everywhere: "Sign out everywhere",
  everywhereHint: "In this browser, too. Links that were mailed before stop working.",

  cookies: "Cookie choices",
  privacy: "Your data and your rights",

  closeTitle: "Close your account",
  closeWhat:
    "Unused credit goes back to how it was paid. You can sign in and read your data for a while; then it goes. This can't be undone.",
  close: "Close my account …",
  closeSure: "Close your account for good?",
  closeYes: "Close my account",
  closed: "Your account is closed.",
  closedUntil: (day: string) => `Your account is closed. You can read your data until ${day}.`,
  closeElse: "Should everything go sooner? Ask for deletion.",
};

export type SettingsWords = typeof words;
