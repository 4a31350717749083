// What the sources page asks.
import type { SqlRow } from "../../api/sql.ts";
import { sql } from "../../api/sql.ts";

export const liveSources = (signal: AbortSignal): Promise<readonly SqlRow[]> =>
  sql("SELECT source, state, version, heard_at, lost_at, calls, agents, open_gaps, as_of FROM live_sources ORDER BY source", signal);

export const rejectedLines = (signal: AbortSignal): Promise<readonly SqlRow[]> =>
  sql("SELECT number, received_at, source, place, reason, line FROM rejected ORDER BY number DESC LIMIT 100", signal);

export const knownGaps = (signal: AbortSignal): Promise<readonly SqlRow[]> =>
  sql("SELECT source, from_at, to_at, reason, filled_at FROM gaps ORDER BY from_at DESC LIMIT 100", signal);
