import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "sources",
  pages: [{ path: "sources", title: { zh: "数据源", en: "Sources" }, group: "system", right: "sql.ask", load: async () => ({ Page: (await import("./page.tsx")).SourcesPage }) }],
};
