import type { Entity } from "../registry.tsx";
import { mayMoveMany } from "./rights.ts";

export const entity: Entity = {
  path: "customers",
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  bulk: { may: mayMoveMany, load: async () => ({ Bulk: (await import("./bulk.tsx")).Bulk }) },
  inputs: { own: async () => ({ Input: (await import("./own-fields.tsx")).Input }) },
};
