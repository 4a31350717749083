// Lost callers who should be called back: the list, and who takes or closes one.
import { ask, once, read } from "./client.ts";

export const STATES = ["open", "taken", "done", "repeated", "returned"] as const;
export type State = (typeof STATES)[number];

export const RESULTS = ["reached", "not_reached", "not_needed"] as const;
export type Result = (typeof RESULTS)[number];

/** What one may decide; that a caller came through by another call, the calls say themselves. */
export type Decided = Extract<State, "open" | "taken" | "done">;

/** A caller, named by the last call that was lost. */
export interface CallBack {
  readonly source: string;
  readonly call: string;
  /** Masked for those who may not see it; null where the line hid it. */
  readonly number: string | null;
  /** How often this caller was lost in the span. */
  readonly times: number;
  readonly queue: string | null;
  readonly queue_label: string | null;
  readonly lost_at: string;
  readonly waited_ms: number | null;
  readonly outcome: string;
  readonly state: State;
  /** The later call that settled it, and when. */
  readonly settled_at: string | null;
  readonly settled_source: string | null;
  readonly settled_call: string | null;
  /** Who took or closed it. */
  readonly user_id: string | null;
  readonly user_label: string | null;
  readonly result: Result | null;
  readonly note: string | null;
  readonly changed_at: string | null;
  readonly customer_id: string | null;
  readonly customer_label: string | null;
}

export interface CallBacks {
  readonly items: readonly CallBack[];
  readonly next: string | null;
  readonly counts: Readonly<Record<State, number>>;
  /** There are more lost callers than were looked at. */
  readonly capped: boolean;
}

export interface Decision {
  readonly state: Decided;
  readonly result?: Result | null;
  readonly note?: string | null;
  /** Even if somebody else holds it. */
  readonly anyway?: boolean;
}

/** What a decision leaves behind. */
export type Decisive = Pick<CallBack, "state" | "result" | "note" | "user_id" | "user_label" | "changed_at">;

export function callBacks(question: URLSearchParams, signal?: AbortSignal): Promise<CallBacks> {
  return read<CallBacks>(`/call-backs?${question}`, signal);
}

export async function decide(row: Pick<CallBack, "source" | "call">, decision: Decision): Promise<Decisive> {
  return (await ask(`/call-backs/${encodeURIComponent(row.source)}/${encodeURIComponent(row.call)}`, { method: "POST", json: decision, headers: once() })).body as Decisive;
}

export interface Choice {
  readonly value: string;
  readonly title: string;
}

/** Queues by their titles. */
export async function queueChoices(signal?: AbortSignal): Promise<readonly Choice[]> {
  return (await read<{ readonly queues: readonly Choice[] }>("/calls/choices", signal)).queues;
}
