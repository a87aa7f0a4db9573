/** English: what the frame says to who is signed in. */

export const words = {
  main: "Main",
  more: "More",
  notNow: "Not now",
  overview: "Overview",
  phone: "Phone",
  history: "History",
  insights: "Insights",
  money: "Money",
  numbers: "Numbers",
  privacy: "Privacy",
  settings: "Settings",
  signOut: "Sign out",
  credit: (amount: string) => `Credit ${amount}`,
  held: (amount: string) => `${amount} set aside`,
  againTitle: "Please sign in again",
  again: "It has been a while. Signing in protects what comes next.",
  continue: "Continue",
  continueWithGoogle: "Continue with Google",
};

export type MemberWords = typeof words;
