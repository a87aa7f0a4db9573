/** Whether credit is low, by the same level at which the service writes a mail about it. */

import { whole } from "../frame/formats";
import { service } from "../frame/service";
import type { Balance } from "../frame/session";

/** "none" where there is no credit at all, else the level it is below, as text; undefined while there is enough. */
export function lowCredit({ available, held, currency }: Balance): string | undefined {
  const micros = available.amount_micros + held.amount_micros;
  if (micros >= service.low_balance_micros) return undefined;
  return micros <= 0 ? "none" : whole({ amount_micros: service.low_balance_micros, currency });
}
