// Rows of any resource: list, one, create, change, delete.
import { ask, once, read } from "./client.ts";

/** A row as the API gives it: `id`, `version` and the fields that the meta data name. */
export type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

export interface Page {
  readonly items: readonly Row[];
  readonly next: string | null;
  readonly total: number | null;
}

export function list(path: string, query: URLSearchParams, signal?: AbortSignal): Promise<Page> {
  return read<Page>(`/${path}?${query}`, signal);
}

export function one(path: string, id: string, signal?: AbortSignal): Promise<Row> {
  return read<Row>(`/${path}/${encodeURIComponent(id)}`, signal);
}

export async function create(path: string, values: Readonly<Record<string, unknown>>): Promise<Row> {
  return (await ask(`/${path}`, { method: "POST", json: values, headers: once() })).body as Row;
}

export async function change(path: string, row: Pick<Row, "id" | "version">, changes: Readonly<Record<string, unknown>>): Promise<Row> {
  const headers = { "if-match": `"${row.version}"` };
  return (await ask(`/${path}/${encodeURIComponent(row.id)}`, { method: "PATCH", json: changes, headers })).body as Row;
}

export async function remove(path: string, row: Pick<Row, "id" | "version">): Promise<void> {
  await ask(`/${path}/${encodeURIComponent(row.id)}`, { method: "DELETE", headers: { "if-match": `"${row.version}"` } });
}

/** Does something to a row that is no change of a field, such as approving it. */
export async function act(path: string, id: string, action: string, json: unknown = {}): Promise<unknown> {
  return (await ask(`/${path}/${encodeURIComponent(id)}/${action}`, { method: "POST", json, headers: once() })).body;
}
