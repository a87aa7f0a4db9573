/** English: the first page, for who is not signed in. */

const google: Record<string, string> = {
  linked: "From now on you can sign in with Google, too.",
  expired: "That took too long, or began in another browser. Please try again.",
  cancelled: "You came back from Google without choosing an account.",
  failed: "Google did not confirm who you are. Please try again.",
  unavailable: "Google does not answer right now. Please try again in a moment.",
  unverified: "Google has not confirmed the address of that account. Please choose another.",
  "sign-up": "There is no account for you yet, or our policy has changed. Please create an account first.",
  "sign-in-first": "Your address has an account here already. Please sign in to it as you did before.",
  taken: "That Google account belongs to another account here.",
  closing: "The account with this address is being deleted. You can use the address again when that is done.",
};

export const words = {
  pitch: "Call abroad, and know the price before it rings.",
  pitchOther: (title: string) => `Your ${title} account.`,
  factPrice: "You see the price a minute while you type the number.",
  factPrepaid: "Prepaid: a call ends by itself before it can cost more than your credit.",
  factRecording: "We never record a call.",
  factSale: "We never sell what we know about you.",
  factLeave: "Leave whenever you like: you delete your account yourself.",
  signIn: "Sign in",
  signInTitle: "Welcome back",
  signInWithGoogle: "Sign in with Google",
  forgotten: "Forgot your password?",
  newHere: "New here?",
  createAccount: "Create an account",
  email: "Email",
  password: "Password",
  google,
};

export type WelcomeWords = typeof words;
