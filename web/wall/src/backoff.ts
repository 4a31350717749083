// How long to wait before the next attempt to connect.

const FIRST_MS = 500;
const LAST_MS = 15_000;

/** The pause before attempt `attempt` (from 0): doubling, with jitter so that a hall of screens does not return at once. */
export function pauseMs(attempt: number, random: number): number {
  const full = Math.min(LAST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (0.5 + random / 2));
}
