/** What this deployment is, as the page was told when it was served: no request is needed to know it. */

export type Capability =
  | "password_sign_in"
  | "google_sign_in"
  | "parental_consent"
  | "business_profiles"
  | "calling"
  | "credit"
  | "caller_ids"
  | "call_quality"
  | "consents"
  | "objections"
  | "restrictions"
  | "marketing_mail";

export type Service = {
  id: string;
  title: string;
  currency: string;
  offers: string[];
  minimum_age: number;
  parental_consent_from: number | null;
  recording: string;
  sale: string;
  grace: string | null;
  deletion: string | null;
  topup_minimum_micros: number;
  topup_maximum_micros: number;
  low_balance_micros: number;
  local: boolean;
};

const told = document.querySelector<HTMLMetaElement>("meta[name=service]");

export const service: Service = JSON.parse(told?.content ?? "");

/** Whether this service does something at all. */
export function offers(capability: Capability): boolean {
  return service.offers.includes(capability);
}
