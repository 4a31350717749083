import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "voicemail",
  list: async () => ({ List: (await import("./page.tsx")).VoicemailPage }),
  heading: async () => ({ Heading: (await import("./heading.tsx")).Heading }),
  detail: async () => ({ Detail: (await import("./detail.tsx")).Detail }),
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
};
