import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "call-backs",
  pages: [{ path: "call-backs", title: { zh: "呼损回访", en: "Call-backs" }, group: "calls", right: "call_backs.read", place: 1, load: async () => ({ Page: (await import("./page.tsx")).CallBacksPage }) }],
};
