/** The way out. */

import { api } from "../api/client";
import { asProblem } from "../api/problem";
import { farewell, forget } from "./session";
import { tell } from "./toasts";

/** Sign out here; where that can't be done, it is told. */
export async function signOut(): Promise<void> {
  try {
    await api.POST("/api/auth/logout");
    forget();
    farewell.value = "signedOut";
  } catch (thrown) {
    const problem = asProblem(thrown);
    if (problem.status !== 401) tell(problem.message, "bad"); // else it has ended already
  }
}
