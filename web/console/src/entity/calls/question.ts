// The question behind the list of calls. Columns are named here; what people type becomes a literal.
import { literal } from "../../api/sql.ts";
import type { ListState } from "../../resource/liststate.ts";

const COLUMNS = "source, call, direction, from_number, to_number, queue, agent, started_at, ended_at, outcome, wait_ms, talk_ms, hold_ms, transfers, rating";
const SORTED = new Set(["started_at", "wait_ms", "talk_ms"]);

function contains(column: string, text: string): string {
  return `strpos(lower(${column}), lower(${literal(text)})) > 0`;
}

/** One condition for each filter that is known; another one is no condition. */
function conditions(state: ListState): readonly string[] {
  const found = Object.entries(state.filters).flatMap(([parameter, value]): string[] => {
    const [name = "", how] = parameter.split(".");
    if (name === "started_at" && (how === "from" || how === "to")) return [`started_at ${how === "from" ? ">=" : "<"} TIMESTAMP ${literal(value)}`];
    if (["direction", "outcome"].includes(name)) return [`${name} IN (${value.split(",").map(literal).join(", ")})`];
    if (["queue", "agent", "source", "call", "from_number"].includes(name)) return [contains(name, value)];
    return [];
  });
  return state.q ? [...found, contains("from_number", state.q)] : found;
}

/** The page's rows and one more, which says that there is a next page. */
export function callsQuestion(state: ListState): string {
  const name = state.sort.replace(/^-/, "");
  const order = SORTED.has(name) ? `${name}${state.sort.startsWith("-") ? " DESC" : ""}` : "started_at DESC";
  const where = conditions(state);
  const offset = offsetOf(state);
  return `SELECT ${COLUMNS} FROM calls${where.length > 0 ? ` WHERE ${where.join(" AND ")}` : ""} ORDER BY ${order}, source, call LIMIT ${state.limit + 1}${offset > 0 ? ` OFFSET ${offset}` : ""}`;
}

export function offsetOf(state: ListState): number {
  const offset = Number(state.cursor);
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}

export function callQuestion(source: string, call: string): string {
  return `SELECT source, call, direction, from_number, to_number, queue, agent, started_at, answered_at, ended_at, outcome, ended_by, wait_ms, ring_ms, talk_ms, hold_ms, wrap_up_ms, transfers, rating, recording, voicemail, path FROM calls WHERE source = ${literal(source)} AND call = ${literal(call)}`;
}
