import type { Entity } from "../registry.tsx";

export const entity: Entity = { path: "web-hook-attempts", hidden: true };
