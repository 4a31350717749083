import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "dictionaries",
  panels: [{ key: "options", title: { zh: "选项", en: "Options" }, load: async () => ({ Panel: (await import("./options.tsx")).Options }) }],
};
