// Calls: what can be chosen among, and one call with its path. Pages of calls are lists like any other.
import { read } from "./client.ts";
import { Problem } from "./problem.ts";

/** A call as the server lists calls: labels are names in the caller's language, null where there is no code. */
export type Call = Readonly<Record<string, unknown>> & {
  readonly source: string;
  readonly call: string;
  readonly started_at: string;
  /** Null while the call goes on. */
  readonly ended_at: string | null;
};

export type CallWithPath = Call & {
  /** Steps, oldest first; null where they are not known. */
  readonly path: unknown;
};

export interface Named {
  readonly value: string;
  readonly title: string;
}

export interface Choices {
  readonly queues: readonly Named[];
  readonly agents: readonly Named[];
  readonly sources: readonly Named[];
}

export function choices(signal?: AbortSignal): Promise<Choices> {
  return read<Choices>("/calls/choices", signal);
}

/** What has no name keeps its code. */
export function titleOf(named: readonly Named[] | undefined, code: string): string {
  return named?.find((entry) => entry.value === code)?.title || code;
}

/** Null where there is none in sight. */
export async function oneCall(source: string, call: string, signal?: AbortSignal): Promise<CallWithPath | null> {
  try {
    return await read<CallWithPath>(`/calls/${encodeURIComponent(source)}/${encodeURIComponent(call)}`, signal);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
