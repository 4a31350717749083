// The list's state as the question that the server takes for calls. Pure.
import type { Row } from "../../api/records.ts";
import type { ListState } from "../../resource/liststate.ts";

const MANY = new Set(["source", "queue", "agent", "direction", "outcome"]);
const BOUNDS: Readonly<Record<string, string>> = { "started_at.from": "from", "started_at.to": "to" };
const SORTED = new Set(["started_at", "wait_ms", "talk_ms"]);

/** What is searched is a number; conditions that calls do not have are left out. */
export function callsQuestion(state: ListState): URLSearchParams {
  const asked = new URLSearchParams();
  for (const [parameter, value] of Object.entries(state.filters)) {
    const name = BOUNDS[parameter] ?? parameter.replace(/\.in$/, "");
    if (name === "from" || name === "to" || MANY.has(name)) asked.set(name, value);
  }
  if (state.q) asked.set("number", state.q);
  if (SORTED.has(state.sort.replace(/^-/, ""))) asked.set("sort", state.sort);
  asked.set("limit", String(state.limit));
  if (state.cursor) asked.set("cursor", state.cursor);
  return asked;
}

/** The address of a call below `/calls`. */
export function placeOf(source: string, call: string): string {
  return `${encodeURIComponent(source)}/${encodeURIComponent(call)}`;
}

/** Whether a call goes on: what it has lasted so far is no figure yet. */
export function goesOn(call: Readonly<Record<string, unknown>>): boolean {
  return call["ended_at"] === null;
}

/** A call as a row of a grid. While it goes on it is in progress, whatever has happened in it, and its lengths are not known. */
export function rowOf(call: Readonly<Record<string, unknown>>, id: string): Row {
  const row = { ...call, id, version: 1 };
  if (!goesOn(call)) return row;
  return { ...row, outcome: "open", wait_ms: call["answered_at"] ? call["wait_ms"] : null, talk_ms: null, hold_ms: null };
}
