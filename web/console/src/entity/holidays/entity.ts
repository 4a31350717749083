import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "holidays",
  inputs: { hours: async () => ({ Input: (await import("../business-hours/day-input.tsx")).Input }) },
};
