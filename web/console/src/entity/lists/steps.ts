// What one may decide about an entry: not on what one has asked for oneself.
import type { Decision } from "../../api/lists.ts";
import type { Row } from "../../api/records.ts";

export function decisionsOn(row: Row, me: string | null, decides: boolean): readonly Decision[] {
  if (!decides) return [];
  if (row["state"] === "approved") return ["revoke"];
  const own = me !== null && row["requested_by"] === me;
  return row["state"] === "requested" && !own ? ["approve", "refuse"] : [];
}
