import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "lists",
  list: async () => ({ List: (await import("./page.tsx")).ListsPage }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  pages: [{ path: "lists/lookup", title: { zh: "号码查询", en: "Look a number up" }, group: "lists", right: "lists.lookup", load: async () => ({ Page: (await import("./lookup.tsx")).LookUpPage }) }],
};
