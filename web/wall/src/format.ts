// How values are written: numbers, shares, durations, ages, clock. Pure; a value that is not there is an en dash.
import type { Cell, Column } from "./frames";
import { isWord, say, type Lang } from "./words";

export const NONE = "–";
const MINUS = "\u2212";

/** A figure and its unit, which is set smaller. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
}

/** A whole number, grouped by thousands. */
export function count(value: number): string {
  const digits = String(Math.abs(Math.round(value))).replace(/\B(?=(\d{3})+$)/g, ",");
  return value <= -0.5 ? MINUS + digits : digits;
}

/** A fraction as percent with one decimal, without the sign. */
export function percent(fraction: number): string {
  return (fraction * 100).toFixed(1).replace("-", MINUS);
}

/** ms as m:ss or h:mm:ss; a moment before zero is 0:00. */
export function duration(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The age of data: one decimal under 10 s, whole seconds to 60, then m:ss. */
export function age(ms: number): string {
  const safe = Math.max(0, ms);
  if (safe < 9_950) return `${(safe / 1000).toFixed(1)} s`;
  return safe < 60_000 ? `${Math.floor(safe / 1000)} s` : duration(safe);
}

/** A cell in its column's format. `now` is the server's time, for timers. */
export function figure(column: Column, cell: Cell | undefined, lang: Lang, now: number): Figure {
  if (cell === null || cell === undefined) return { text: NONE, unit: "" };
  if (typeof cell === "number") return numeric(column, cell, lang, now);
  if (typeof cell === "string") return { text: worded(column, cell, lang), unit: "" };
  return { text: typeof cell === "boolean" ? String(cell) : "", unit: "" };
}

function numeric(column: Column, value: number, lang: Lang, now: number): Figure {
  switch (column.format) {
    case "count":
      return { text: count(value), unit: "" };
    case "share":
      return { text: percent(value), unit: "%" };
    case "change":
      return { text: percent(Math.abs(value)), unit: "%" };
    case "duration":
      return { text: duration(value), unit: "" };
    case "timer":
      return { text: duration(now - value), unit: "" };
    case "seconds":
      return value < 60_000 ? { text: (value / 1000).toFixed(1), unit: say(lang, "seconds") } : { text: duration(value), unit: "" };
    case "text":
    case "hour":
    case "caller":
    case "state":
    case "call_state":
    case "trend":
      return { text: String(value), unit: "" };
  }
}

function worded(column: Column, value: string, lang: Lang): string {
  switch (column.format) {
    case "call_state":
      return worded({ ...column, format: "state" }, `call_${value}`, lang).replace(/^call_/, "");
    case "state":
      return isWord(value) ? say(lang, value) : value;
    case "caller": {
      const digits = value.replace(/\D/g, "").slice(-4);
      return digits === "" ? value : say(lang, "ends", { n: digits });
    }
    default:
      return value;
  }
}

/** A figure in one piece, as in a sentence: no space before %, one before a word. */
export function plain({ text, unit }: Figure): string {
  return unit === "" || unit === "%" ? text + unit : `${text} ${unit}`;
}

/** A limit in its column's format; a whole percentage needs no decimal. */
export function limit(column: Column, value: number, lang: Lang): string {
  if (column.format === "share") return `${Number((value * 100).toFixed(1))}%`;
  if (column.format === "timer") return duration(value);
  return plain(figure(column, value, lang, 0));
}

/** Clock and date of a zone. */
export interface Calendar {
  /** `14:32` and `07`. */
  clock(at: number): readonly [string, string];
  /** Two short lines. */
  date(at: number): readonly [string, string];
}

/** A calendar for a zone; the formatters are made once, they are not cheap. */
export function calendar(zone: string, lang: Lang): Calendar {
  const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  const day = new Intl.DateTimeFormat(locale, { timeZone: zone, year: "numeric", month: lang === "zh" ? "long" : "short", day: "numeric" });
  const weekday = new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: "long" });
  return {
    clock: (at) => {
      const text = time.format(at);
      return [text.slice(0, 5), text.slice(6, 8)];
    },
    date: (at) => [day.format(at), weekday.format(at)],
  };
}
