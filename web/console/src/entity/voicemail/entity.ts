import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "voicemail",
  list: async () => ({ List: (await import("./page.tsx")).VoicemailPage }),
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
};
