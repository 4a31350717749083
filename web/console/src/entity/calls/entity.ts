import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "calls",
  pages: [
    { path: "calls", title: { zh: "通话记录", en: "Calls" }, group: "calls", right: "calls.read", load: async () => ({ Page: (await import("./page.tsx")).CallsPage }) },
    { path: "calls/:source/:call", title: { zh: "话路详情", en: "Path of a call" }, group: "", right: "", load: async () => ({ Page: (await import("./detail.tsx")).CallPage }) },
  ],
};
