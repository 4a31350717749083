// A week of hours as people see it, day by day, and as the server keeps it: spans with their days, Monday is 1.

export interface Span {
  readonly from: string;
  readonly to: string;
}

export interface Kept extends Span {
  readonly days: readonly number[];
}

/** The spans of each day; the first is Monday's. */
export type Week = readonly (readonly Span[])[];

export const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY_MINUTES = 1_440;

export function spansOf(value: unknown): readonly Span[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.flatMap((entry) => {
    const { from, to } = (entry ?? {}) as Partial<Span>;
    return typeof from === "string" && typeof to === "string" ? [{ from, to }] : [];
  });
}

export function readWeek(value: unknown): Week {
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return DAYS.map((day) => list.filter((entry) => ((entry as Partial<Kept> | null)?.days ?? []).includes(day)).flatMap((entry) => spansOf([entry])).sort((a, b) => a.from.localeCompare(b.from)));
}

/** Days with the same span stand together. */
export function writeWeek(week: Week): readonly Kept[] {
  const kept = new Map<string, Span & { days: number[] }>();
  week.forEach((spans, index) => {
    for (const { from, to } of spans) {
      const entry = kept.get(`${from}-${to}`) ?? { days: [], from, to };
      if (!entry.days.includes(index + 1)) entry.days.push(index + 1);
      kept.set(`${from}-${to}`, entry);
    }
  });
  return [...kept.values()];
}

/** Whether a span can be kept: `24:00` is the end of the day, an end before the beginning is the next day's. */
export function isSpan({ from, to }: Span): boolean {
  return TIME.test(from) && (TIME.test(to) || to === "24:00") && from !== to;
}

/** `9:00` and `900` are meant as `09:00`. */
export function tidyTime(text: string): string {
  const found = /^(\d{1,2})[:：]?(\d{2})$/.exec(text.trim());
  return found ? `${(found[1] ?? "").padStart(2, "0")}:${found[2]}` : text.trim();
}

const minutes = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export interface Bar {
  /** Shares of the day, 0 to 1. */
  readonly from: number;
  readonly to: number;
}

/** What of each day is open, with what runs over midnight on the day after. */
export function barsOf(week: Week): readonly (readonly Bar[])[] {
  const bars: Bar[][] = DAYS.map(() => []);
  week.forEach((spans, index) => {
    for (const span of spans.filter(isSpan)) {
      const [from, to] = [minutes(span.from), minutes(span.to)];
      bars[index]?.push({ from: from / DAY_MINUTES, to: to > from ? to / DAY_MINUTES : 1 });
      if (to < from && to > 0) bars[(index + 1) % 7]?.push({ from: 0, to: to / DAY_MINUTES });
    }
  });
  return bars;
}
