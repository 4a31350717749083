// The server's time on this screen: the newest frame's as-of plus what passed here since. The screen's own clock is
// never asked, because a kiosk's clock may be anything.

/** A later frame moves the clock by this share of the difference, so that the network's jitter is not seen. */
const EASE = 0.2;
/** A difference beyond this, ms, is a new time (a replay, a corrected server), not jitter. */
const JUMP_MS = 2_000;

/** An estimate of the server's time from a monotonic local one. */
export class ServerClock {
  #offset: number | null = null;

  /** Takes a frame's as-of at the local time `local`, both ms. */
  note(asOf: number, local: number): void {
    const seen = asOf - local;
    if (this.#offset === null || Math.abs(seen - this.#offset) > JUMP_MS) this.#offset = seen;
    else this.#offset += (seen - this.#offset) * EASE;
  }

  /** The server's time at the local time `local`, ms since 1970; null before the first frame. */
  now(local: number): number | null {
    return this.#offset === null ? null : Math.round(local + this.#offset);
  }
}
