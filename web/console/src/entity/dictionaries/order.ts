// Moving an option: which rows get which position.
import type { Row } from "../../api/records.ts";

export interface Step {
  readonly row: Row;
  readonly position: number;
}

/** Positions after the row at `from` stands at `to`; only rows that change are named. */
export function moved(rows: readonly Row[], from: number, to: number): readonly Step[] {
  const row = rows[from];
  if (!row || to < 0 || to >= rows.length || from === to) return [];
  const order = rows.filter((_, index) => index !== from);
  order.splice(to, 0, row);
  return order.map((entry, position) => ({ row: entry, position })).filter((step) => step.row["position"] !== step.position);
}
