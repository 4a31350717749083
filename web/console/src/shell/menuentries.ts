// The menu from what the server describes and what entities add: only what the user may open.
import type { Resource, Words } from "../api/meta.ts";
import type { Entity, Extra } from "../entity/registry.tsx";

export interface Entry {
  readonly path: string;
  readonly title: Words;
}

export interface Group {
  readonly name: string;
  readonly entries: readonly Entry[];
}

/** Order of the groups; others follow in the order in which they come. */
const ORDER = ["monitoring", "calls", "quality", "analysis", "lists", "knowledge", "customers", "organisation", "settings", "system"];

/** Whether somebody with these rights has this one; `*` is every right. */
export function holds(rights: readonly string[], right: string): boolean {
  return rights.includes("*") || rights.includes(right);
}

export function menuGroups(resources: readonly Resource[], pages: readonly Extra[], rights: readonly string[], entity: (path: string) => Entity | undefined): readonly Group[] {
  const groups = new Map<string, Entry[]>();
  const put = (group: string, entry: Entry): void => {
    const entries = groups.get(group) ?? [];
    entries.push(entry);
    groups.set(group, entries);
  };
  for (const resource of resources) {
    const own = pages.some((page) => page.path === resource.path);
    if (resource.rights.read && !own && !entity(resource.path)?.hidden) put(resource.group, { path: resource.path, title: resource.title });
  }
  for (const page of pages) if (page.group !== "" && (page.right === null || holds(rights, page.right))) put(page.group, { path: page.path, title: page.title });
  const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  return [...groups].map(([name, entries]) => ({ name, entries })).sort((a, b) => place(a.name) - place(b.name));
}
