// A list that is read and clicked while it is asked anew: nothing moves under the pointer.
import type { CallBack } from "../../api/call-backs.ts";

export const keyOf = (row: Pick<CallBack, "source" | "call">): string => `${row.source}/${row.call}`;

export interface Steady {
  readonly rows: readonly CallBack[];
  /** So many that are newer than all of these wait until the pointer has gone. */
  readonly waiting: number;
}

/** The rows that are shown, each as it is now; one that has left the list stays as it was last, and new ones wait. */
export function steady(shown: readonly CallBack[], fresh: readonly CallBack[]): Steady {
  const now = new Map(fresh.map((row) => [keyOf(row), row]));
  const rows = shown.map((row) => now.get(keyOf(row)) ?? row);
  const latest = Math.max(...shown.map((row) => Date.parse(row.lost_at)), 0);
  return { rows, waiting: fresh.filter((row) => Date.parse(row.lost_at) > latest).length };
}
