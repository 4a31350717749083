import type { Entity } from "../registry.tsx";

export const entity: Entity = {
  path: "web-hooks",
  wide: true,
  actions: async () => ({ Actions: (await import("./actions.tsx")).Actions }),
  inputs: {
    url: async () => ({ Input: (await import("./address-input.tsx")).AddressInput }),
    events: async () => ({ Input: (await import("./events-input.tsx")).EventsInput }),
  },
  panels: [{ key: "deliveries", title: { zh: "投递记录", en: "Deliveries" }, load: async () => ({ Panel: (await import("./deliveries.tsx")).Deliveries }) }],
};
