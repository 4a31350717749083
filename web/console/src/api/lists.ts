// Decisions on entries of the black and red lists, and what they say of a number.
import { ask, read } from "./client.ts";
import { act } from "./records.ts";

export type Decision = "approve" | "refuse" | "revoke";

/** An empty reason is none; only an approval may do without. */
function why(reason: string): { readonly reason?: string } {
  return reason ? { reason } : {};
}

export async function decide(id: string, decision: Decision, reason: string): Promise<void> {
  await act("lists", id, decision, why(reason));
}

export interface Decided {
  readonly decided: number;
  /** Entries that fit too and wait for another request. */
  readonly left: number;
}

/** Decides on all that a list's filter finds and somebody else has asked for. */
export async function decideAll(filter: URLSearchParams, decision: Decision, reason: string): Promise<Decided> {
  return (await ask(`/lists/decisions?${filter}`, { method: "POST", json: { decision, ...why(reason) } })).body as Decided;
}

export interface Listed {
  readonly id: string;
  readonly kind: "black" | "red";
  readonly matching: string;
  readonly number: string;
  readonly treatment: string | null;
  readonly reason: string;
  readonly until_at: string | null;
}

export interface Answer {
  readonly verdict: "none" | "black" | "red";
  readonly number: string;
  readonly entries: readonly Listed[];
}

/** A question of a person, which is no call and counts as no hit. */
export function lookUp(number: string, signal?: AbortSignal): Promise<Answer> {
  return read<Answer>(`/lists/lookup?${new URLSearchParams({ number, call: "false" })}`, signal);
}
