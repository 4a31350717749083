import type { Entity } from "../registry.tsx";

/** Shown with their dictionary. */
export const entity: Entity = { path: "dictionary-options", hidden: true };
