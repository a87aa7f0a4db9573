/** Every kind of field. */

export { type Choice, Choices, Select, Switch, TextArea } from "./Choice";
export { Field } from "./Input";
