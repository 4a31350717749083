import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "devices",
  list: async () => ({ List: (await import("./page.tsx")).DevicesPage }),
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  inputs: { boards: async () => ({ Input: (await import("./boards-input.tsx")).BoardsInput }) },
};
