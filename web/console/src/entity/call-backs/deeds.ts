// What may be done with a lost caller, and how that is taken back; the server has the last word.
import type { CallBack, Decision } from "../../api/call-backs.ts";

export const DEEDS = ["take", "takeOver", "close", "giveBack", "reopen"] as const;
export type Deed = (typeof DEEDS)[number];

/** The first one is the next step. `me` is null on a server that asks nobody who they are. */
export function deedsOf(row: CallBack, me: string | null, writes: boolean): readonly Deed[] {
  if (!writes) return [];
  if (row.state === "open") return ["take", "close"];
  if (row.state === "taken") return row.user_id === me ? ["close", "giveBack"] : ["takeOver", "close"];
  // Who called again or answered needs no word from us.
  return row.state === "done" ? ["reopen"] : [];
}

/** What a key does on a row. */
export function deedOfKey(key: string, deeds: readonly Deed[]): Deed | null {
  const meant: readonly Deed[] = key.toLowerCase() === "t" ? ["take", "takeOver"] : key.toLowerCase() === "d" ? ["close"] : [];
  return deeds.find((deed) => meant.includes(deed)) ?? null;
}

/** What is sent for a deed that asks nothing. */
export function decisionOf(deed: Exclude<Deed, "close">): Decision {
  return { state: deed === "take" || deed === "takeOver" ? "taken" : "open" };
}

/** What brings the row back to where it was; null where that is not ours to do, as with what another one held. */
export function undoing(row: CallBack, me: string | null): Decision | null {
  if (row.state === "open") return { state: "open" };
  if (row.user_id !== me) return null;
  if (row.state === "taken") return { state: "taken" };
  return row.state === "done" ? { state: "done", result: row.result, note: row.note } : null;
}
