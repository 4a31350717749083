// The fields that the organisation gives its customers, as fields like all others.
import { useQuery } from "@tanstack/react-query";
import type { Field, Option } from "../../api/meta.ts";
import { list } from "../../api/records.ts";
import type { CustomerFields, Dictionaries } from "../../api/schema.d.ts";
import { useResource } from "../../session/session.ts";

export type Own = Readonly<Record<string, unknown>>;

const YES_NO: readonly Option[] = [
  { value: "true", title: { zh: "是", en: "Yes" } },
  { value: "false", title: { zh: "否", en: "No" } },
];

/** A definition as a field; a choice needs the code of its dictionary. */
export function fieldOf(definition: Pick<CustomerFields, "name" | "kind" | "title_zh" | "title_en" | "required" | "dictionary_id">, dictionaries: readonly Pick<Dictionaries, "id" | "code">[]): Field {
  const field = { name: definition.name, title: { zh: definition.title_zh, en: definition.title_en }, required: definition.required ?? false };
  switch (definition.kind) {
    case "number":
    case "date":
      return { ...field, kind: definition.kind };
    case "yes_no":
      return { ...field, kind: "choice", options: YES_NO };
    case "choice":
      return { ...field, kind: "dictionary", dictionary: dictionaries.find((entry) => entry.id === definition.dictionary_id)?.code ?? null };
    default:
      return { ...field, kind: "text", max: 200 };
  }
}

/** Yes and no are chosen as words and kept as truth values. */
export function shownValue(value: unknown): unknown {
  return typeof value === "boolean" ? String(value) : value;
}

export function keptValue(field: Field, value: unknown): unknown {
  if (value === "" || value === undefined) return null;
  return field.options === YES_NO && value !== null ? value === "true" : value;
}

/** The values that are there, as an object. */
export function ownOf(value: unknown): Own {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Own) : {};
}

/** The own fields in their order; null until they are known, empty for those who may not read them. */
export function useOwnFields(): readonly Field[] | null {
  const fields = useResource("customer-fields");
  const dictionaries = useResource("dictionaries");
  const may = fields?.rights.read ?? false;
  const defined = useQuery({
    queryKey: ["options", "customer-fields", "own"],
    queryFn: ({ signal }) => list("customer-fields", new URLSearchParams({ enabled: "true", sort: "position", limit: "200" }), signal),
    enabled: may,
    staleTime: 60_000,
  });
  const named = useQuery({
    queryKey: ["options", "dictionaries", "all"],
    queryFn: ({ signal }) => list("dictionaries", new URLSearchParams({ limit: "200" }), signal),
    enabled: dictionaries?.rights.read ?? false,
    staleTime: 60_000,
  });
  if (!may) return [];
  if (!defined.data || named.isLoading) return null;
  const known = (named.data?.items ?? []) as unknown as readonly Dictionaries[];
  return (defined.data.items as unknown as readonly CustomerFields[]).map((definition) => fieldOf(definition, known));
}
