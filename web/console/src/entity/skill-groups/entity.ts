import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "skill-groups",
  panels: [
    { key: "members", title: { zh: "成员", en: "Members" }, load: async () => ({ Panel: (await import("./panels.tsx")).Members }) },
    { key: "targets", title: { zh: "目标", en: "Targets" }, load: async () => ({ Panel: (await import("./panels.tsx")).Targets }) },
  ],
};
