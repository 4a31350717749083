// Rows of a list that are chosen, while one turns its pages.
import type { ComponentType } from "react";
import { lazy, useState } from "react";
import type { Resource } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import type { BulkProps } from "../entity/registry.tsx";
import { entityOf } from "../entity/registry.tsx";
import { useSession } from "../session/session.ts";
import type { Chosen } from "../view/choosing.ts";

const parts = new Map<string, ComponentType<BulkProps>>();

function partOf(path: string): ComponentType<BulkProps> | null {
  const bulk = entityOf(path)?.bulk;
  if (!bulk) return null;
  const known = parts.get(path) ?? lazy(async () => ({ default: (await bulk.load()).Bulk }));
  parts.set(path, known);
  return known;
}

export interface Choice {
  /** What is done with those that are chosen; null where nothing is, or not by this user. */
  readonly Bulk: ComponentType<BulkProps> | null;
  readonly chosen: Chosen;
  readonly rows: readonly Row[];
  readonly choose: (chosen: Chosen) => void;
  readonly keep: (ids: readonly string[]) => void;
}

/** `rows` are those of the page; those of other pages are remembered as they were when they were chosen. */
export function useChoice(resource: Resource, rows: readonly Row[]): Choice {
  const { rights } = useSession();
  const [kept, setKept] = useState<ReadonlyMap<string, Row>>(new Map());
  const may = entityOf(resource.path)?.bulk?.may(resource, rights) ?? false;
  const known = new Map([...kept, ...rows.map((row) => [row.id, row] as const)]);
  const choose = (ids: Iterable<string>): void => setKept(new Map([...ids].flatMap((id) => { const row = known.get(id); return row ? [[id, row] as const] : []; })));
  return { Bulk: may ? partOf(resource.path) : null, chosen: new Set(kept.keys()), rows: [...kept.keys()].flatMap((id) => known.get(id) ?? []), choose, keep: choose };
}
