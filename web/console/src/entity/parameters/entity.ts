import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "parameters",
  list: async () => ({ List: (await import("./page.tsx")).ParametersPage }),
};
