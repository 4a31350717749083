// How many entries one would decide: those of the filter that wait and that somebody else has asked for. Pure but for the asking.
import { list } from "../../api/records.ts";

/** The most that the server decides in one request. */
export const MOST = 500;
const WAITS = "requested";

const values = (filter: URLSearchParams, name: string): readonly string[] => [...filter.getAll(name), ...filter.getAll(`${name}.in`)].flatMap((value) => value.split(",")).filter(Boolean);

function narrowed(filter: URLSearchParams, name: string, value: string): URLSearchParams | null {
  const allowed = values(filter, name);
  if (allowed.length > 0 && !allowed.includes(value)) return null;
  const question = new URLSearchParams(filter);
  question.delete(`${name}.in`);
  question.set(name, value);
  return question;
}

export interface Questions {
  /** Waiting entries of the filter; null where its own state excludes them. */
  readonly all: URLSearchParams | null;
  /** Those among them that one has asked for oneself, which somebody else decides. */
  readonly own: URLSearchParams | null;
}

export function questions(filter: URLSearchParams, me: string | null): Questions {
  const all = narrowed(filter, "state", WAITS);
  return { all, own: all && me !== null ? narrowed(all, "requested_by", me) : null };
}

async function count(question: URLSearchParams | null, signal: AbortSignal): Promise<number> {
  if (!question) return 0;
  question.set("limit", "1");
  question.set("count", "true");
  return (await list("lists", question, signal)).total ?? 0;
}

export async function waiting(filter: URLSearchParams, me: string | null, signal: AbortSignal): Promise<number> {
  const { all, own } = questions(filter, me);
  const [found, mine] = await Promise.all([count(all, signal), count(own, signal)]);
  return Math.max(0, found - mine);
}

/** Whether the filter shows what waits, and nothing else. */
export function showsWaiting(search: URLSearchParams): boolean {
  return values(search, "state").join() === WAITS;
}

/** The same filter with what waits only, or with entries in whatever state. */
export function withWaiting(search: URLSearchParams, only: boolean): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of ["state", "state.in", "cursor", "open"]) next.delete(name);
  if (only) next.set("state.in", WAITS);
  return next;
}
