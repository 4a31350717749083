import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "bulletins",
  wide: true,
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  inputs: { body: async () => ({ Input: (await import("../../view/written.tsx")).MarkdownInput }) },
};
