// Clocks of zones: what the clock on the wall shows at an instant, and back. Pure; the browser's own tables know when clocks change.

const DAY_MS = 86_400_000;
const WEEKS = 53;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const two = "2-digit";
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, calendar: "gregory", hourCycle: "h23", year: "numeric", month: two, day: two, hour: two, minute: two, second: two });
  clocks.set(zone, made);
  return made;
}

/** `2026-11-18T14:32:07`, as the clock shows it there. */
export function wallOf(at: Date | number, zone: string): string {
  const parts = new Map(clockOf(zone).formatToParts(at).map((part) => [part.type, part.value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}:${part("second")}`;
}

/** `2026-11-18`. */
export function dayOf(at: Date | number, zone: string): string {
  return wallOf(at, zone).slice(0, 10);
}

/** `14:32:07`. */
export function timeOf(at: Date | number, zone: string): string {
  return wallOf(at, zone).slice(11);
}

/** `11月18日星期二`, `Tuesday, 18 November`. */
export function dayName(at: Date | number, zone: string, language: "zh" | "en"): string {
  return new Date(at).toLocaleDateString(language === "zh" ? "zh-CN" : "en-GB", { timeZone: zone, month: "long", day: "numeric", weekday: "long" });
}

/**
 * The instant at which the clock shows that. Where it shows it twice the first of them; where it leaps over it, as much later as it leaps:
 * a day whose midnight is left out begins at its first instant.
 */
export function instantOf(wall: string, zone: string): string {
  const named = Date.parse(`${wall}Z`);
  const shown = (at: number): number => Date.parse(`${wallOf(at, zone)}Z`);
  const ahead = (at: number): number => shown(at) - at;
  const [before, after] = [named - ahead(named - DAY_MS), named - ahead(named + DAY_MS)];
  return new Date(shown(before) !== named && shown(after) === named ? after : before).toISOString();
}

/** The first instant of a day. */
export function midnight(day: string, zone: string): string {
  return instantOf(`${day}T00:00:00`, zone);
}

export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

export type Span = readonly [name: "today" | "yesterday" | "week" | "month", first: string, last: string];

/** Days that people ask for by name; a week begins on Monday. */
export function spansOf(today: string): readonly Span[] {
  const yesterday = plusDays(today, -1);
  const monday = plusDays(today, -((new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7));
  return [["today", today, today], ["yesterday", yesterday, yesterday], ["week", monday, today], ["month", `${today.slice(0, 8)}01`, today]];
}

/** Whether two zones show the same time for a year from now on, such as Shanghai and Chongqing. */
export function sameClock(one: string, other: string, now: number): boolean {
  if (one === other) return true;
  return Array.from({ length: WEEKS }, (_, week) => now + week * 7 * DAY_MS).every((at) => wallOf(at, one) === wallOf(at, other));
}

/** Whether the browser knows that zone. */
export function isZone(zone: string): boolean {
  try {
    return Boolean(clockOf(zone));
  } catch {
    return false;
  }
}
