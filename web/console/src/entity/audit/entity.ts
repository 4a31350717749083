import type { Entity } from "../registry.tsx";

export const entity: Entity = { path: "audit", detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }) };
