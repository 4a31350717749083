// The centre's zone, as the session says it: every time that the console shows or takes is in it, wherever the browser stands.
import type { Words } from "../api/meta.ts";
import { isZone } from "./zone.ts";

export interface Centre {
  /** A name of the IANA, such as `Asia/Shanghai`. */
  readonly zone: string;
  /** What people call it; null where the server does not say. */
  readonly title: Words | null;
}

export const BROWSER_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

let held: Centre = { zone: BROWSER_ZONE, title: null };

/** A server from before zones says none: the browser's stays. */
export function carryCentre(said: Centre | undefined): void {
  if (said && isZone(said.zone)) held = said;
}

export function centre(): Centre {
  return held;
}

export function centreZone(): string {
  return held.zone;
}
