// Today's figures and the queues now. Null where the caller's scope holds no queue, or where there was no call to measure.
import { read } from "./client.ts";

export interface QueueToday {
  readonly queue: string;
  readonly title: string;
  readonly waiting: number | null;
  readonly waiting_past_target: number | null;
  readonly longest_waiting_ms: number | null;
  readonly agents_ready: number | null;
  readonly agents: number | null;
  readonly offered: number | null;
  /** 0 to 1. */
  readonly service_level: number | null;
  readonly target_ms: number | null;
}

export interface Today {
  readonly as_of: string;
  readonly offered: number | null;
  readonly answered: number | null;
  readonly abandoned: number | null;
  readonly service_level: number | null;
  readonly asa_ms: number | null;
  readonly waiting: number | null;
  readonly longest_waiting_ms: number | null;
  readonly online: number | null;
  readonly ready: number | null;
  readonly queues: readonly QueueToday[];
}

export function today(signal?: AbortSignal): Promise<Today> {
  return read<Today>("/today", signal);
}
