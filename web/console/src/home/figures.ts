// Today's answer as figures that people read. Pure.
import type { QueueToday, Today } from "../api/today.ts";
import type { Language } from "../resource/values.ts";
import { average, duration, figure, NONE, share } from "../resource/values.ts";

/** How often it is asked. */
export const EVERY_MS = 10_000;

export interface Queue {
  readonly id: string;
  readonly title: string;
  readonly waiting: string;
  /** Somebody waits longer than the target says. */
  readonly late: boolean;
  readonly longest: string;
  readonly ready: string;
  readonly offered: string;
  readonly level: string;
}

const count = (value: number | null): string => (value === null ? NONE : figure(value));
const level = (value: number | null): string => (value === null ? NONE : share(value));

export function queueOf(row: QueueToday): Queue {
  return {
    id: row.queue,
    title: row.title || row.queue,
    waiting: count(row.waiting),
    late: (row.waiting_past_target ?? 0) > 0,
    longest: row.longest_waiting_ms === null ? NONE : duration(row.longest_waiting_ms),
    ready: row.agents_ready === null ? NONE : `${figure(row.agents_ready)} / ${count(row.agents)}`,
    offered: count(row.offered),
    level: level(row.service_level),
  };
}

/** The target that all queues have, in seconds; null where they differ, or where none is known. */
export function targetOf(queues: readonly QueueToday[]): string | null {
  const [first, ...others] = new Set(queues.map((queue) => queue.target_ms));
  return others.length > 0 || first === undefined || first === null ? null : figure(first / 1000);
}

export interface Figure {
  readonly name: "offered" | "answered" | "abandoned" | "service_level" | "asa" | "waiting" | "online";
  readonly text: string;
  /** Stands beside it, smaller; empty for none. */
  readonly aside: string;
}

/** A day without calls has dashes, never zero per cent; so has a day that is not known yet. */
export function figuresOf(today: Today | undefined, language: Language): readonly Figure[] {
  const of = (name: Exclude<keyof Today, "as_of" | "queues">): number | null => today?.[name] ?? null;
  const [asa, longest, ready] = [of("asa_ms"), of("longest_waiting_ms"), of("ready")];
  return [
    { name: "offered", text: count(of("offered")), aside: "" },
    { name: "answered", text: count(of("answered")), aside: "" },
    { name: "abandoned", text: count(of("abandoned")), aside: "" },
    { name: "service_level", text: level(of("service_level")), aside: "" },
    { name: "asa", text: asa === null ? NONE : average(asa, language), aside: "" },
    { name: "waiting", text: count(of("waiting")), aside: longest === null ? "" : duration(longest) },
    { name: "online", text: count(of("online")), aside: ready === null ? "" : figure(ready) },
  ];
}
