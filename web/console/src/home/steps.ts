// What to do next where the first page has nothing to show, by what somebody may do. Pure.
import type { Resource } from "../api/meta.ts";
import { can } from "../api/meta.ts";
import type { Group } from "../shell/menuentries.ts";

export interface Next {
  /** Name of its sentences. */
  readonly name: "source" | "queues" | "users";
  readonly to: string;
}

/** First steps on a server that has heard of no call yet: only those that somebody may take. */
export function firstSteps(resources: readonly Resource[], menu: readonly Group[]): readonly Next[] {
  const shown = menu.some((group) => group.entries.some((entry) => entry.path === "sources"));
  const made = (path: string): boolean => resources.some((resource) => resource.path === path && can(resource, "create"));
  return [
    ...(shown ? [{ name: "source", to: "/sources" } as const] : []),
    ...(made("skill-groups") ? [{ name: "queues", to: "/skill-groups" } as const] : []),
    ...(made("users") ? [{ name: "users", to: "/users?open=new" } as const] : []),
  ];
}

/** Pages that somebody may open, when there are few: the first of each group, then the others. */
export function openPages(menu: readonly Group[], most: number): readonly Group["entries"][number][] {
  const entries = [...menu.flatMap((group) => group.entries.slice(0, 1)), ...menu.flatMap((group) => group.entries.slice(1))];
  return entries.slice(0, most);
}
