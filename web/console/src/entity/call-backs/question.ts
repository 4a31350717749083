// What the page shows, as the address says it and as the server is asked. Pure: the day comes in.
import type { State } from "../../api/call-backs.ts";
import { STATES } from "../../api/call-backs.ts";
import { dayOf, midnight, plusDays } from "../../zone/zone.ts";

/** `days` is the server's own span: since yesterday's midnight. */
export const SPANS = ["today", "days", "week", "own"] as const;
export type Span = (typeof SPANS)[number];

export interface Shown {
  readonly states: readonly State[];
  readonly span: Span;
  /** Days of an own span, the last one exclusive; empty for an open end. */
  readonly from: string;
  readonly to: string;
  readonly queues: readonly string[];
  readonly cursor: string;
}

/** What is still to be done. */
export const USUAL: readonly State[] = ["open", "taken"];
export const PAGE = 50;
/** Days that the server answers for at most. */
export const LONGEST = 31;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const day = (value: string | null): string => (value !== null && DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : "");
const list = (value: string | null): readonly string[] => (value ?? "").split(",").filter(Boolean);
const isState = (value: string): value is State => (STATES as readonly string[]).includes(value);

/** Reads the address; what is not known is left out. */
export function readShown(search: URLSearchParams): Shown {
  const states = ordered(list(search.get("state")).filter(isState));
  const [from, to] = within(day(search.get("from")), day(search.get("to")));
  const span = search.get("span");
  return {
    states: states.length > 0 ? states : USUAL,
    span: from || to ? "own" : span === "today" || span === "week" ? span : "days",
    from,
    to,
    queues: list(search.get("queue")),
    cursor: search.get("cursor") ?? "",
  };
}

/** The address of that; what is usual is not said. */
export function writeShown(shown: Shown): URLSearchParams {
  const search = new URLSearchParams();
  if (!isUsual(shown.states)) search.set("state", shown.states.join(","));
  if (shown.span === "today" || shown.span === "week") search.set("span", shown.span);
  if (shown.span === "own" && shown.from) search.set("from", shown.from);
  if (shown.span === "own" && shown.to) search.set("to", shown.to);
  if (shown.queues.length > 0) search.set("queue", shown.queues.join(","));
  if (shown.cursor) search.set("cursor", shown.cursor);
  return search;
}

/** The question to the server. Days begin at the zone's midnight. */
export function questionOf(shown: Shown, now: Date, zone: string): URLSearchParams {
  const search = new URLSearchParams();
  const begins = shown.span === "today" ? dayFrom(now, 0, zone) : shown.span === "week" ? dayFrom(now, -6, zone) : shown.span === "own" ? shown.from || plusDays(shown.to, -LONGEST) : "";
  if (begins) search.set("from", midnight(begins, zone));
  if (shown.span === "own" && shown.to) search.set("to", midnight(shown.to, zone));
  if (shown.queues.length > 0) search.set("queue", shown.queues.join(","));
  search.set("state", shown.states.join(","));
  search.set("limit", String(PAGE));
  if (shown.cursor) search.set("cursor", shown.cursor);
  return search;
}

export function isUsual(states: readonly State[]): boolean {
  return states.length === USUAL.length && USUAL.every((state) => states.includes(state));
}

/** With that state or without it; with none left it is the usual ones again. */
export function toggled(states: readonly State[], state: State): readonly State[] {
  const next = states.includes(state) ? states.filter((entry) => entry !== state) : [...states, state];
  return next.length === 0 ? USUAL : ordered(next);
}

/** An own span, cut to its last days when it is longer than the server answers for. */
export function within(from: string, to: string): readonly [string, string] {
  if (from && to && from >= to) return [from, plusDays(from, 1)];
  const earliest = to ? plusDays(to, -LONGEST) : "";
  return from && earliest && from < earliest ? [earliest, to] : [from, to];
}

/** An own span to begin with: what the server's own span shows. */
export function ownSpan(now: Date, zone: string): Pick<Shown, "from" | "to"> {
  return { from: dayFrom(now, -1, zone), to: dayFrom(now, 1, zone) };
}

/** First and last day of an own span as people say them. */
export function saidDays(shown: Shown): readonly [string, string] {
  return [shown.from || "…", shown.to ? plusDays(shown.to, -1) : "…"];
}

function ordered(states: readonly State[]): readonly State[] {
  return STATES.filter((state) => states.includes(state));
}

function dayFrom(now: Date, days: number, zone: string): string {
  return plusDays(dayOf(now, zone), days);
}
