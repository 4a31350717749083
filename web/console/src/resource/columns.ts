// Which columns somebody chose for a list, kept on this machine.
import type { Resource } from "../api/meta.ts";
import { STAMPS } from "./liststate.ts";

const key = (resource: Resource): string => `callboard.columns.${resource.path}`;

export function rememberedColumns(resource: Resource): readonly string[] | null {
  const kept = localStorage.getItem(key(resource));
  if (!kept) return null;
  const known = new Set([...resource.fields.map((field) => field.name), ...STAMPS]);
  const columns = kept.split(",").filter((name) => known.has(name));
  return columns.length > 0 ? columns : null;
}

export function rememberColumns(resource: Resource, columns: readonly string[] | null): void {
  if (columns && columns.length > 0) localStorage.setItem(key(resource), columns.join(","));
  else localStorage.removeItem(key(resource));
}
