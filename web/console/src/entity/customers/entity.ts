import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "customers",
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  inputs: { own: async () => ({ Input: (await import("./own-fields.tsx")).Input }) },
};
