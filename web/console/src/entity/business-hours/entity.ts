import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "business-hours",
  wide: true,
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  inputs: { week: async () => ({ Input: (await import("./week-input.tsx")).Input }) },
};
