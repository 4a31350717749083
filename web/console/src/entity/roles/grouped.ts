// Rights as a matrix: a line a resource, a column an action; the others stand by themselves.
import type { Right, Resource, Words } from "../../api/meta.ts";

export const ACTIONS = ["read", "write", "delete", "import", "export"] as const;
export type Action = (typeof ACTIONS)[number];

export interface Line {
  readonly resource: string;
  readonly title: Words;
  readonly group: string;
  /** The right of each action; an action without one cannot be given. */
  readonly rights: Readonly<Partial<Record<Action, string>>>;
}

export interface Grouped {
  readonly lines: readonly Line[];
  readonly others: readonly Right[];
}

export function grouped(rights: readonly Right[], resources: readonly Resource[]): Grouped {
  const lines = new Map<string, Line>();
  for (const right of rights) {
    if (right.resource === null) continue;
    const action = ACTIONS.find((name) => right.name === `${right.resource}.${name}`);
    const resource = resources.find((entry) => entry.name === right.resource);
    if (!action || !resource) continue;
    const line = lines.get(right.resource) ?? { resource: right.resource, title: resource.title, group: resource.group, rights: {} };
    lines.set(right.resource, { ...line, rights: { ...line.rights, [action]: right.name } });
  }
  const placed = new Set([...lines.values()].flatMap((line) => Object.values(line.rights)));
  return { lines: [...lines.values()], others: rights.filter((right) => !placed.has(right.name)) };
}

/** The rights after one was given or taken: to write one must read, and who may not read may do nothing. */
export function toggled(chosen: readonly string[], line: Line, action: Action, on: boolean): readonly string[] {
  const right = line.rights[action];
  if (right === undefined) return chosen;
  const own = Object.values(line.rights);
  if (!on && action === "read") return chosen.filter((name) => !own.includes(name));
  if (!on) return chosen.filter((name) => name !== right);
  const read = line.rights.read;
  return [...new Set([...chosen, ...(read === undefined ? [] : [read]), right])];
}
