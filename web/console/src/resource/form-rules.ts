// What can be said about a field before the server is asked; the server says the rest.
import type { FormRule } from "antd";
import type { Field } from "../api/meta.ts";

type Say = (key: string, values?: Record<string, unknown>) => string;

export function rulesOf(field: Field, title: string, t: Say, exists: boolean): FormRule[] {
  const rules: FormRule[] = [];
  const needed = field.required && !(field.secret && exists) && field.kind !== "bool";
  if (needed) rules.push({ required: true, message: t("form.required", { what: title }), ...(isList(field) ? { type: "array" as const, min: 1 } : {}) });
  if (field.kind === "email") rules.push({ type: "email", message: t("form.email") });
  if (field.kind === "phone") rules.push({ pattern: /^\+?[0-9*]{2,20}$/, message: t("form.phone") });
  if (field.kind === "json") rules.push({ validator: (_, value: unknown) => (typeof value === "string" && value.trim() ? Promise.reject(new Error(t("form.json"))) : Promise.resolve()) });
  return rules;
}

function isList(field: Field): boolean {
  return field.kind === "list" || field.kind === "phones" || field.kind === "references";
}
