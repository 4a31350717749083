import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "audit",
  list: async () => ({ List: (await import("./page.tsx")).AuditPage }),
  heading: async () => ({ Heading: (await import("./heading.tsx")).Heading }),
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
};
