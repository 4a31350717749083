import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "devices",
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
};
