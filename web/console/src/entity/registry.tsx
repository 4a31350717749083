// What entities add to the generic pages: one folder each, found by its file `entity.ts`.
import type { ComponentType } from "react";
import type { RouteObject } from "react-router";
import type { Resource, Words } from "../api/meta.ts";
import type { Row } from "../api/records.ts";

export interface ListProps {
  readonly resource: Resource;
}

export interface RowProps {
  readonly resource: Resource;
  readonly row: Row;
}

export interface BulkProps {
  readonly resource: Resource;
  /** The rows that are chosen, on whatever pages. */
  readonly rows: readonly Row[];
  /** Only these stay chosen. */
  readonly keep: (ids: readonly string[]) => void;
}

/** What is done with many rows of a list at once. */
export interface Bulk {
  /** Whether somebody with these rights may do any of it. */
  readonly may: (resource: Resource, rights: readonly string[]) => boolean;
  readonly load: () => Promise<{ readonly Bulk: ComponentType<BulkProps> }>;
}

/** A part of a record's page. */
export interface Panel {
  readonly key: string;
  readonly title: Words;
  readonly load: () => Promise<{ readonly Panel: ComponentType<RowProps> }>;
}

/** A page that is no resource, with its place in the menu. */
export interface Extra {
  readonly path: string;
  readonly title: Words;
  /** Where the menu shows it; empty for a page that one reaches from another. */
  readonly group: string;
  /** The right without which the menu does not show it. */
  readonly right: string | null;
  /** Where it stands among the pages of its group, lower ones first; 0 where nothing is said. */
  readonly place?: number;
  readonly load: () => Promise<{ readonly Page: ComponentType }>;
}

export interface Entity {
  /** Path of the resource. */
  readonly path: string;
  /** Takes the place of the generic list. */
  readonly list?: () => Promise<{ readonly List: ComponentType<ListProps> }>;
  /** Takes the place of the generic record's page. */
  readonly detail?: () => Promise<{ readonly Detail: ComponentType<RowProps> }>;
  /** Stand before the audit trail on a record's page. */
  readonly panels?: readonly Panel[];
  /** Buttons on a record's page and in its row's menu. */
  readonly actions?: () => Promise<{ readonly Actions: ComponentType<RowProps> }>;
  /** Stands above the list while rows are chosen; without it none are. */
  readonly bulk?: Bulk;
  /** Inputs of fields that the kind alone does not draw well, by the field's name. */
  readonly inputs?: Readonly<Record<string, () => Promise<{ readonly Input: ComponentType<FieldInputProps> }>>>;
  /** What a field does elsewhere, said under it, by the field's name. */
  readonly hints?: Readonly<Record<string, Words>>;
  /** The record's title where its name alone says too little. */
  readonly heading?: () => Promise<{ readonly Heading: ComponentType<RowProps> }>;
  /** Its form is twice as wide. */
  readonly wide?: boolean;
  /** Other pages of the entity. */
  readonly pages?: readonly Extra[];
  /** Not in the menu: another page shows it. */
  readonly hidden?: boolean;
}

export interface FieldInputProps {
  readonly id?: string;
  readonly value?: unknown;
  readonly onChange?: (value: unknown) => void;
  readonly disabled?: boolean;
}

const found = import.meta.glob<{ readonly entity: Entity }>("./*/entity.ts", { eager: true });
const entities = new Map(Object.values(found).map(({ entity }) => [entity.path, entity]));

export function entityOf(path: string): Entity | undefined {
  return entities.get(path);
}

/** Pages that are no resources, by their places and then by their paths. */
export function extras(): readonly Extra[] {
  return [...entities.values()].flatMap((entity) => entity.pages ?? []).sort((a, b) => (a.place ?? 0) - (b.place ?? 0));
}

export function entityRoutes(): RouteObject[] {
  return extras().map((extra) => ({ path: extra.path, lazy: async () => ({ Component: (await extra.load()).Page }) }));
}
