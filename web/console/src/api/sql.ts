// Questions in SQL: for pages whose rows live with the calls, not with the settings.
import { ask } from "./client.ts";

export type SqlRow = Readonly<Record<string, unknown>>;

export async function sql(text: string, signal?: AbortSignal): Promise<readonly SqlRow[]> {
  const answer = await ask("/sql", { method: "POST", json: { sql: text, format: "json" }, ...(signal ? { signal } : {}) });
  return answer.body as readonly SqlRow[];
}

/** A text as a literal of SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
