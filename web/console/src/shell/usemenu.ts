// The menu of whoever is signed in.
import { useMemo } from "react";
import { entityOf, extras } from "../entity/registry.tsx";
import { useMeta, useSession } from "../session/session.ts";
import type { Group } from "./menuentries.ts";
import { menuGroups } from "./menuentries.ts";

export function useMenu(): readonly Group[] {
  const { rights } = useSession();
  const resources = useMeta().data?.resources;
  return useMemo(() => menuGroups(resources ?? [], extras(), rights, entityOf), [resources, rights]);
}
