import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "articles",
  wide: true,
  list: async () => ({ List: (await import("./page.tsx")).ArticlesPage }),
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  inputs: { body: async () => ({ Input: (await import("../../view/written.tsx")).MarkdownInput }) },
};
