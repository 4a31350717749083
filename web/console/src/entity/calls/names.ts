// Queues and agents by their names: calls carry the codes that the telephone system knows.
import { useQuery } from "@tanstack/react-query";
import type { SqlRow } from "../../api/sql.ts";
import { sql } from "../../api/sql.ts";
import type { Language } from "../../resource/values.ts";

const QUEUES = "SELECT queue AS code, title_zh AS zh, title_en AS en FROM live_queues";
const AGENTS = "SELECT agent AS code, name AS zh, name AS en FROM live_agents";

export interface Names {
  readonly queue: (code: string) => string;
  readonly agent: (code: string) => string;
}

function byCode(rows: readonly SqlRow[], language: Language): (code: string) => string {
  const names = new Map(rows.map((row) => [String(row["code"]), String(row[language] || row["code"])]));
  return (code) => names.get(code) ?? code;
}

/** What has no name keeps its code. */
export function useNames(language: Language, may = true): Names {
  const options = { staleTime: 60_000, enabled: may };
  const queues = useQuery({ queryKey: ["calls", "queues"], queryFn: ({ signal }) => sql(QUEUES, signal), ...options });
  const agents = useQuery({ queryKey: ["calls", "agents"], queryFn: ({ signal }) => sql(AGENTS, signal), ...options });
  return { queue: byCode(queues.data ?? [], language), agent: byCode(agents.data ?? [], language) };
}

/** A call with the names beside the codes, as rows of the API carry them. */
export function named(row: SqlRow, names: Names): SqlRow {
  const label = (code: unknown, of: (code: string) => string): string | null => (typeof code === "string" && code ? of(code) : null);
  return { ...row, queue_label: label(row["queue"], names.queue), agent_label: label(row["agent"], names.agent) };
}
