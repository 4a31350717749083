// From a row to a form and back: only what was changed travels.
import type { Field, Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";

export type Values = Readonly<Record<string, unknown>>;

/** Fields that a person may fill in: some only when the row is made. */
export function editable(resource: Resource, row: Row | null = null): readonly Field[] {
  return resource.fields.filter((field) => !field.readonly && !(row && field.fixed));
}

/** What the form starts with. */
export function startValues(resource: Resource, row: Row | null): Values {
  const values: Record<string, unknown> = {};
  for (const field of editable(resource, row)) {
    const name = field.name;
    const value = row ? row[name] : undefined;
    if (value !== undefined && value !== null) values[name] = value;
    else if (row === null && field.default !== undefined && field.default !== null) values[name] = fromDefault(field, field.default);
    else if (field.kind === "bool") values[name] = false;
  }
  return values;
}

/** Values of a new row that the address brings, as `set.phones=13800001111`: the way in from a softphone. */
export function broughtValues(resource: Resource, search: URLSearchParams): Values {
  const brought = editable(resource, null).flatMap((field): [string, unknown][] => {
    const text = search.get(`set.${field.name}`);
    if (!text || field.secret) return [];
    return [[field.name, ["list", "phones", "references"].includes(field.kind) ? text.split(",") : fromDefault(field, text)]];
  });
  return Object.fromEntries(brought);
}

function fromDefault(field: Field, text: string): unknown {
  if (field.kind === "bool") return text === "true";
  return field.kind === "number" ? Number(text) : text;
}

function empty(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

export function same(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && a.length === 0 && empty(b)) return true;
  if (Array.isArray(b) && b.length === 0 && empty(a)) return true;
  return (empty(a) && empty(b)) || JSON.stringify(a) === JSON.stringify(b);
}

/** The fields in which the form differs from what it started with; emptied ones become null. */
export function changesOf(resource: Resource, before: Values, after: Values): Values {
  const changes: Record<string, unknown> = {};
  for (const field of editable(resource)) {
    const name = field.name;
    if (!same(before[name], after[name])) changes[name] = empty(after[name]) ? null : after[name];
  }
  return changes;
}

export interface Clash {
  readonly name: string;
  readonly before: unknown;
  readonly theirs: unknown;
  readonly mine: unknown;
}

/** What somebody else changed since the form was opened, beside what the form would write. */
export function clashes(resource: Resource, before: Row, theirs: Row, mine: Values): readonly Clash[] {
  return resource.fields.flatMap((field) => {
    const name = field.name;
    if (same(before[name], theirs[name])) return [];
    return [{ name, before: before[name], theirs: theirs[name], mine: name in mine ? mine[name] : before[name] }];
  });
}
