/** What else a service asks of a person: fields made from the schema that it answers for signing up. */

import { Field, Select, TextArea } from "../design/Field";
import type { Values } from "../design/Form";
import { country } from "../frame/formats";
import { language } from "../frame/language";
import { accessWords } from "./words";

type Property = { const?: string; maxLength?: number; enum?: string[]; type?: string; anyOf?: Property[] };
export type SignUpSchema = { properties: Record<string, Property>; required: string[] };

const KNOWN: Record<string, { type?: "tel" | "email"; autoComplete: string; lines?: number }> = {
  name: { autoComplete: "name" },
  business_name: { autoComplete: "organization" },
  phone: { type: "tel", autoComplete: "tel" },
  billing_address: { autoComplete: "street-address", lines: 4 },
  country: { autoComplete: "country" },
  parent_email: { type: "email", autoComplete: "off" },
};

/** The fields, in the schema's order; `values` fill them, `without` leaves some out. */
export function DetailFields(props: { schema: SignUpSchema; values?: Values; without?: string[] }) {
  const { schema, values = {}, without = [] } = props;
  return (
    <>
      {asked(schema)
        .filter((name) => !without.includes(name))
        .map((name) => (
          <Detail key={name} name={name} schema={schema} value={values[name] ?? ""} />
        ))}
    </>
  );
}

/** What a form says of these fields; what was left empty is `empty`, and left out when there is none. */
export function told<Empty extends null | undefined>(schema: SignUpSchema, values: Values, empty?: Empty) {
  const given = asked(schema).filter((name) => name in values);
  const pairs = given.map((name) => [name, values[name]?.trim() || empty] as const);
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined));
}

const asked = (schema: SignUpSchema) => Object.keys(schema.properties).filter((name) => name in KNOWN);

function Detail({ name, schema, value }: { name: string; schema: SignUpSchema; value: string }) {
  const [label = name, hint] = accessWords().fields[name] ?? [];
  const { type, autoComplete = "off", lines } = KNOWN[name] ?? {};
  const { maxLength = 254, enum: codes } = shape(schema.properties[name] ?? {});
  const shared = { name, label, required: schema.required.includes(name), autoComplete, defaultValue: value };
  if (codes) return <Select {...shared} choices={countries(codes)} empty={accessWords().choose} />;
  if (lines) return <TextArea {...shared} {...(hint ? { hint } : {})} rows={lines} maxLength={maxLength} />;
  return <Field {...shared} hint={hint} type={type ?? "text"} maxLength={maxLength} />;
}

/** What may be left out is one of several shapes; the one with words counts. */
const shape = (property: Property) => property.anyOf?.find((one) => one.type === "string") ?? property;

function countries(codes: string[]) {
  const named = codes.map((code) => ({ value: code, label: country(code) }));
  return named.sort((one, other) => one.label.localeCompare(other.label, language.value));
}
