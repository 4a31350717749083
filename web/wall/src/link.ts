// The socket: connects, hands frames on, asks again after a hole, and returns after every loss.
import type { Frame } from "./frames";
import { pauseMs } from "./backoff";

/** The server says something at least once a second; this long without a word and the line is dead. */
const SILENCE_MS = 6_000;
const WATCH_MS = 1_000;

/** What the page is told. */
export interface Listener {
  /** A frame; answers false when it does not follow the one before. */
  frame(frame: Frame): boolean;
  /** The line is up; frames follow. */
  up(): void;
  /** The line is down. */
  down(): void;
}

/** A line to one board. It lives as long as the page. */
export class Line {
  readonly #url: string;
  readonly #listener: Listener;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #retry: number | undefined;
  #heardAt = 0;
  #asked = false;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
    window.setInterval(() => this.#watch(), WATCH_MS);
    window.addEventListener("online", () => this.wake());
    window.addEventListener("pageshow", () => this.wake());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.wake();
    });
    this.#open();
  }

  /** Connects now when it is not; after a sleep of the machine the old socket is dead without knowing it. */
  wake(): void {
    if (this.#socket === null) this.#open();
    else this.#watch();
  }

  #open(): void {
    window.clearTimeout(this.#retry);
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#heardAt = performance.now();
    this.#asked = false;
    // A socket that was replaced is not listened to any more.
    const mine = () => this.#socket === socket;
    socket.onmessage = (message: MessageEvent<string>) => {
      if (mine()) this.#receive(message.data);
    };
    socket.onclose = () => {
      if (mine()) this.#lost();
    };
  }

  #receive(text: string): void {
    const first = this.#attempt !== -1;
    this.#heardAt = performance.now();
    this.#attempt = -1;
    if (first) this.#listener.up();
    const follows = this.#listener.frame(JSON.parse(text) as Frame);
    // Deltas that were under way before the snapshot arrive too; one question is enough.
    if (!follows && !this.#asked) this.#socket?.send("resync");
    this.#asked = !follows;
  }

  #watch(): void {
    if (this.#socket !== null && performance.now() - this.#heardAt > SILENCE_MS) {
      this.#socket.close();
      this.#lost();
    }
  }

  #lost(): void {
    if (this.#socket !== null) {
      this.#socket.onmessage = null;
      this.#socket.onclose = null;
      this.#socket = null;
    }
    this.#attempt = Math.max(0, this.#attempt + 1);
    this.#listener.down();
    window.clearTimeout(this.#retry);
    this.#retry = window.setTimeout(() => this.#open(), pauseMs(this.#attempt, Math.random()));
  }
}
