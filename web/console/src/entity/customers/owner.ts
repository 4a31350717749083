// Who a customer is handed to, and why.
import type { Field } from "../../api/meta.ts";

export const REASON = 200;
export const OWNER: Field = { name: "to", kind: "reference", title: { zh: "新所有人", en: "New owner" }, reference: "users", required: true };
