// What a hook listens to: `customers.create`, or `customers.*` for whatever is done.
export const DEEDS = ["create", "update", "delete", "other"] as const;
export type Deed = (typeof DEEDS)[number];

const every = (resource: string): string => `${resource}.*`;

export function listens(chosen: readonly string[], resource: string, deed: Deed): boolean {
  return chosen.includes(every(resource)) || chosen.includes(`${resource}.${deed}`);
}

/** The events after one was added or taken; all of a resource are one entry. */
export function toggled(chosen: readonly string[], resource: string, deed: Deed, on: boolean): readonly string[] {
  const own = DEEDS.filter((each) => (each === deed ? on : listens(chosen, resource, each)));
  const others = chosen.filter((event) => !event.startsWith(`${resource}.`));
  if (own.length === DEEDS.length) return [...others, every(resource)];
  return [...others, ...own.map((each) => `${resource}.${each}`)];
}
