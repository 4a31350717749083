import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "roles",
  inputs: { rights: async () => ({ Input: (await import("./matrix.tsx")).Matrix }) },
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
};
