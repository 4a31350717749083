// What belongs to a skill group: its members by time, and its targets, of which the past stays as it was measured.
import type { ReactElement } from "react";
import { Related } from "../../resource/related.tsx";
import type { RowProps } from "../registry.tsx";

export function Members({ row }: RowProps): ReactElement {
  return <Related path="skill-group-members" by="skill_group_id" id={row.id} />;
}

export function Targets({ row }: RowProps): ReactElement {
  return <Related path="queue-targets" by="skill_group_id" id={row.id} sort="-from_at" />;
}
