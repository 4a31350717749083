// A field that the server calls a text and that has words here: shown by them, and chosen in lists.
import type { Option, Resource } from "../api/meta.ts";

export function withOptions(resource: Resource, name: string, options: readonly Option[]): Resource {
  const shape = (kind: string): string => (kind === "text" ? "choice" : kind);
  return { ...resource, fields: resource.fields.map((field) => (field.name === name ? { ...field, kind: shape(field.kind), options } : field)) };
}
