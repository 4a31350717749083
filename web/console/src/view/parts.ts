// Parts that entities bring, fetched when they are first shown and kept.
import type { ComponentType } from "react";
import { lazy } from "react";
import type { RowProps } from "../entity/registry.tsx";

const parts = new Map<string, ComponentType<RowProps>>();

export function part(key: string, load: () => Promise<ComponentType<RowProps>>): ComponentType<RowProps> {
  const known = parts.get(key) ?? lazy(async () => ({ default: await load() }));
  parts.set(key, known);
  return known;
}
