import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "user-groups",
  list: async () => ({ List: (await import("../../view/tree-page.tsx")).TreePage }),
  panels: [{ key: "members", title: { zh: "成员", en: "Members" }, load: async () => ({ Panel: (await import("./members.tsx")).Members }) }],
};
