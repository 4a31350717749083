// The parameters by what they are about; what no group knows stands in the last.
import type { Field } from "../../api/meta.ts";

const GROUPS = [
  ["house", ["title_", "lists_"]],
  ["work", ["wrap_up_", "claim_"]],
  ["kept", ["calls_kept", "recordings_kept", "mask_"]],
  ["softphone", ["softphone_"]],
] as const;

export interface Group {
  readonly name: "house" | "work" | "kept" | "softphone" | "other";
  readonly fields: readonly Field[];
}

export function grouped(fields: readonly Field[]): readonly Group[] {
  const of = (field: Field): Group["name"] => GROUPS.find(([, starts]) => starts.some((start) => field.name.startsWith(start)))?.[0] ?? "other";
  const names: readonly Group["name"][] = [...GROUPS.map(([name]) => name), "other"];
  return names.map((name) => ({ name, fields: fields.filter((field) => of(field) === name) })).filter((group) => group.fields.length > 0);
}
