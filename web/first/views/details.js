/** What else a service asks of a person: fields made from the schema that it answers for signing up. */

import { make } from "../elements.js";

const KNOWN = {
  name: ["Your name", { autocomplete: "name" }],
  business_name: ["Company", { autocomplete: "organization" }],
  phone: ["Phone number", { type: "tel", autocomplete: "tel" }, "With its country, such as +1 202 555 0123."],
  billing_address: ["Billing address", { autocomplete: "street-address", rows: "4" }, "As it stands on an envelope."],
  country: ["Country where you live", { autocomplete: "country" }],
  parent_email: ["A parent's email", { type: "email", autocomplete: "off" }, "Only if you are too young to decide alone: we ask them first."],
};
const byName = new Intl.DisplayNames(["en"], { type: "region" });

/** Labels with their inputs, in the schema's order. */
export function build(schema, values = {}, { without = [] } = {}) {
  const asked = Object.keys(schema.properties).filter((name) => KNOWN[name] && !without.includes(name));
  return asked.map((name) => field(name, schema, values[name] ?? ""));
}

/** What a form says of these fields; what was left empty is `empty`. */
export function told(schema, values, empty) {
  const given = Object.keys(schema.properties).filter((name) => KNOWN[name] && name in values);
  return Object.fromEntries(given.map((name) => [name, values[name].trim() || empty]).filter(([, value]) => value !== undefined));
}

function field(name, schema, value) {
  const [label, attributes, hint] = KNOWN[name];
  const { maxLength, enum: choices } = shape(schema.properties[name]);
  const needed = schema.required.includes(name);
  const input = choices ? select(choices) : make(attributes.rows ? "textarea" : "input", { maxlength: maxLength ?? 254 });
  for (const [key, word] of Object.entries({ name, ...attributes })) input.setAttribute(key, word);
  input.required = needed;
  input.value = value;
  const words = [hint, !needed && name !== "parent_email" && "You may leave this empty."].filter(Boolean).join(" ");
  return make("label", {}, label, " ", input, ...(words ? [make("small", {}, words)] : []));
}

/** What may be left out is one of several shapes; the one with words counts. */
const shape = (property) => property.anyOf?.find(({ type }) => type === "string") ?? property;

function select(codes) {
  const named = codes.map((code) => [byName.of(code), code]).sort(([one], [other]) => one.localeCompare(other));
  return make("select", {}, make("option", { value: "" }, "Please choose"), ...named.map(([name, code]) => make("option", { value: code }, name)));
}
