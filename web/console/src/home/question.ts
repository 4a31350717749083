// Today in one question, and its answer as figures.
import type { SqlRow } from "../api/sql.ts";
import type { Language } from "../resource/values.ts";
import { average, duration, figure, NONE, share } from "../resource/values.ts";

/** How often it is asked. */
export const EVERY_MS = 10_000;

export const TODAY = `SELECT t.offered, t.answered, t.abandoned, t.service_level, t.asa, q.waiting, q.longest, a.online, a.ready
FROM (SELECT MEASURE(offered) AS offered, MEASURE(answered) AS answered, MEASURE(abandoned) AS abandoned, MEASURE(service_level) AS service_level, MEASURE(asa) AS asa
      FROM queue_intervals WHERE minute_at >= today()) t
CROSS JOIN (SELECT sum(waiting) AS waiting, max(longest_waiting_ms) AS longest FROM live_queues) q
CROSS JOIN (SELECT sum(CASE WHEN state <> 'offline' THEN 1 ELSE 0 END) AS online, sum(CASE WHEN state = 'ready' THEN 1 ELSE 0 END) AS ready FROM live_agents) a`;

/** Each queue now, with its day. */
export const QUEUES = `SELECT q.queue, q.title_zh, q.title_en, q.waiting, q.waiting_past_target, q.longest_waiting_ms AS longest, q.agents_ready AS ready, q.agents, t.offered, t.service_level
FROM live_queues q
LEFT JOIN (SELECT queue, MEASURE(offered) AS offered, MEASURE(service_level) AS service_level FROM queue_intervals WHERE minute_at >= today() GROUP BY queue) t ON t.queue = q.queue
ORDER BY q.ordinal, q.queue`;

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

export function queueOf(row: SqlRow, language: Language): Queue {
  const [longest, level] = [number(row, "longest"), number(row, "service_level")];
  const ready = number(row, "ready");
  return {
    id: String(row["queue"]),
    title: String(row[`title_${language}`] ?? row["queue"]),
    waiting: count(number(row, "waiting")),
    late: (number(row, "waiting_past_target") ?? 0) > 0,
    longest: longest === null ? NONE : duration(longest),
    ready: ready === null ? NONE : `${figure(ready)} / ${count(number(row, "agents"))}`,
    offered: count(number(row, "offered")),
    level: level === null ? NONE : share(level),
  };
}

export interface Figure {
  readonly name: "offered" | "answered" | "abandoned" | "service_level" | "asa" | "waiting" | "online";
  readonly text: string;
  /** Stands beside it, smaller; empty for none. */
  readonly aside: string;
}

const number = (row: SqlRow, name: string): number | null => (typeof row[name] === "number" ? row[name] : null);
const count = (value: number | null): string => (value === null ? NONE : figure(value));

/** A day without calls has dashes, never zero per cent. */
export function figuresOf(row: SqlRow, language: Language): readonly Figure[] {
  const level = number(row, "service_level");
  const asa = number(row, "asa");
  const longest = number(row, "longest");
  return [
    { name: "offered", text: count(number(row, "offered")), aside: "" },
    { name: "answered", text: count(number(row, "answered")), aside: "" },
    { name: "abandoned", text: count(number(row, "abandoned")), aside: "" },
    { name: "service_level", text: level === null ? NONE : share(level), aside: "" },
    { name: "asa", text: asa === null ? NONE : average(asa, language), aside: "" },
    { name: "waiting", text: count(number(row, "waiting")), aside: longest === null ? "" : duration(longest) },
    { name: "online", text: count(number(row, "online")), aside: count(number(row, "ready")) },
  ];
}
