// Who may do what with a customer's owner; the server has the last word.
import type { Resource } from "../../api/meta.ts";
import { can } from "../../api/meta.ts";
import type { Row } from "../../api/records.ts";
import { holds } from "../../shell/menuentries.ts";

export interface Steps {
  readonly claim: boolean;
  readonly release: boolean;
  readonly transfer: boolean;
  readonly merge: boolean;
}

/** Whether somebody may take, give back or hand over customers at all. */
export function mayMoveMany(resource: Resource, rights: readonly string[]): boolean {
  return can(resource, "edit") || holds(rights, "customers.transfer");
}

/** `hands` is the right to hand customers over; without it one moves only what is one's own or nobody's. */
export function steps(resource: Resource, row: Row, me: string | null, hands: boolean): Steps {
  const owner = row["owner_id"] ?? null;
  const writes = can(resource, "edit");
  return {
    claim: writes && owner === null && me !== null,
    release: writes && owner !== null && (owner === me || hands),
    transfer: hands,
    merge: writes && can(resource, "remove"),
  };
}
