// What a list shows, and how the address says it: every state of a list is a link.
import type { Resource } from "../api/meta.ts";

export interface ListState {
  readonly q: string;
  /** Field to sort by, with `-` in front when descending; empty for the server's own order. */
  readonly sort: string;
  readonly cursor: string;
  readonly limit: number;
  /** Parameter (`state.in`, `created_at.from`, ...) to its value. */
  readonly filters: Readonly<Record<string, string>>;
  /** Names of the columns, or null for the usual ones. */
  readonly columns: readonly string[] | null;
}

export const SIZES = [20, 50, 100, 200] as const;
const USUAL = 50;
const OWN = new Set(["q", "sort", "cursor", "limit", "columns"]);
/** In the address, for a field that has nobody; the server is asked with nothing. */
export const NOBODY = "-";
const SUFFIXES = ["in", "from", "to", "like"];

function isFilter(resource: Resource, parameter: string): boolean {
  const [name, suffix, ...rest] = parameter.split(".");
  if (rest.length > 0 || (suffix !== undefined && !SUFFIXES.includes(suffix))) return false;
  return STAMPS.includes(name ?? "") || resource.fields.some((field) => field.name === name && field.filter);
}

/** Reads the address; what the resource does not know is left out. */
export function readState(resource: Resource, search: URLSearchParams): ListState {
  const limit = Number(search.get("limit"));
  const filters: Record<string, string> = {};
  for (const [parameter, value] of search) {
    if (!OWN.has(parameter) && value && isFilter(resource, parameter)) filters[parameter] = value;
  }
  const known = new Set(resource.fields.map((field) => field.name));
  const columns = search.get("columns")?.split(",").filter((name) => known.has(name) || STAMPS.includes(name));
  return {
    q: search.get("q") ?? "",
    sort: search.get("sort") ?? "",
    cursor: search.get("cursor") ?? "",
    limit: (SIZES as readonly number[]).includes(limit) ? limit : USUAL,
    filters,
    columns: columns && columns.length > 0 ? columns : null,
  };
}

/** Columns that every row has beside its fields. */
export const STAMPS: readonly string[] = ["created_at", "updated_at"];

/** The address of that state; what is usual is not said. */
export function writeState(state: ListState): URLSearchParams {
  const search = new URLSearchParams();
  if (state.q) search.set("q", state.q);
  for (const [parameter, value] of Object.entries(state.filters)) if (value) search.set(parameter, value);
  if (state.sort) search.set("sort", state.sort);
  if (state.columns) search.set("columns", state.columns.join(","));
  if (state.limit !== USUAL) search.set("limit", String(state.limit));
  if (state.cursor) search.set("cursor", state.cursor);
  return search;
}

/** The conditions as the server takes them. */
export function asked(state: ListState): URLSearchParams {
  const search = writeState(state);
  for (const [parameter, value] of Object.entries(state.filters)) if (value === NOBODY) search.set(parameter, "");
  return search;
}

/** The question to the server. */
export function listQuery(state: ListState): URLSearchParams {
  const search = asked({ ...state, columns: null });
  search.set("limit", String(state.limit));
  search.set("count", "true");
  return search;
}

/** The address of an export of what the list shows: all its pages, its columns. */
export function exportUrl(resource: Resource, state: ListState, columns: readonly string[], format: "csv" | "xlsx"): string {
  const search = asked({ ...state, columns, cursor: "" });
  search.delete("limit");
  search.set("format", format);
  return `/api/v1/${resource.path}/export?${search}`;
}

/** The next sorting of a column: up, down, none. */
export function nextSort(sort: string, name: string): string {
  if (sort === name) return `-${name}`;
  return sort === `-${name}` ? "" : name;
}

/** Columns that are shown unless somebody chose others; what has a structure is for the record. What nobody makes has happened: its time comes first. */
export function usualColumns(resource: Resource): readonly string[] {
  const shown = resource.fields.filter((field) => field.shown && field.kind !== "json").map((field) => field.name);
  const usual = shown.length > 0 ? shown : resource.fields.slice(0, 6).map((field) => field.name);
  return hasHappened(resource) ? ["created_at", ...usual] : usual;
}

/** Whether its rows are made by nobody and have no other time than their own, as those of a log. */
export function hasHappened(resource: Resource): boolean {
  return !resource.features.create && !resource.features.edit && resource.fields.every((field) => field.kind !== "instant");
}

export function isFiltered(state: ListState): boolean {
  return state.q !== "" || Object.keys(state.filters).length > 0;
}
