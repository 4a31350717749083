// Values of fields as people read them. Pure: language and zone come in; the zone is the centre's where none is said.
import type { Field, Option, Resource, Words } from "../api/meta.ts";
import type { Row } from "../api/records.ts";
import { centreZone } from "../zone/centre.ts";
import { wallOf } from "../zone/zone.ts";

export type Language = "zh" | "en";

export function word(words: Words, language: Language): string {
  return words[language] || words.en || words.zh;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `11-18 14:32:07`, with the year in front when it is not this one. */
export function instant(value: string, zone: string = centreZone(), now: Date = new Date()): string {
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  const wall = wallOf(at, zone).replace("T", " ");
  const year = wallOf(now, zone).slice(0, 5);
  return wall.startsWith(year) ? wall.slice(year.length) : wall;
}

/** `1:48`, `4:45:22`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A mean of times: `14.7 秒` under a minute, `1:48` above. */
export function average(ms: number, language: Language): string {
  return ms < 60_000 ? `${figure(ms / 1000, 1)} ${language === "zh" ? "秒" : "s"}` : duration(ms);
}

/** `80.7%`. */
export function share(value: number): string {
  return `${figure(value * 100, 1)}%`;
}

/** `6,627`, with a true minus. */
export function figure(value: number, decimals?: number): string {
  const options = decimals === undefined ? { maximumFractionDigits: 6 } : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString("en-US", options).replace("-", "\u2212");
}

export const NONE = "–";

function option(options: readonly Option[] | null | undefined, value: unknown, language: Language): string {
  const found = options?.find((entry) => entry.value === String(value));
  return found ? word(found.title, language) : String(value);
}

/** Label that a row carries beside a reference or a dictionary's value. */
export function labelOf(row: Row, field: Field): string | null {
  const label = row[`${field.name}_label`];
  if (Array.isArray(label)) return label.join("、");
  return typeof label === "string" && label ? label : null;
}

/** A field of a row as one line of text. */
export function display(row: Row, field: Field, language: Language, yes: string, no: string): string {
  const value = row[field.name];
  if (value === null || value === undefined || value === "") return NONE;
  const label = labelOf(row, field);
  if (label) return label;
  // Who may not see what it refers to sees that there is something, and no number in its place.
  if (field.reference) return NONE;
  return displayValue(value, field, language, yes, no);
}

/** A value on its own, such as one in the audit log. */
export function displayValue(value: unknown, field: Field, language: Language, yes: string, no: string): string {
  if (value === null || value === undefined || value === "") return NONE;
  if (Array.isArray(value)) return value.length === 0 ? NONE : value.map((entry) => displayValue(entry, field, language, yes, no)).join(language === "zh" ? "、" : ", ");
  if (typeof value === "boolean") return value ? yes : no;
  if (field.kind === "instant" && typeof value === "string") return instant(value);
  if (field.kind === "money" && typeof value !== "object") return figure(Number(value), 2);
  if (field.kind === "duration" && typeof value === "number") return duration(value);
  if (field.options) return option(field.options, value, language);
  if (typeof value === "number") return figure(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Width of a column in pixels: it comes from the kind, so that a list never moves when its rows change. */
export function widthOf(field: Field): number {
  if (field.kind === "bool") return 88;
  if (field.kind === "instant") return 148;
  if (field.kind === "date") return 104;
  if (field.kind === "number" || field.kind === "money" || field.kind === "duration") return 84;
  if (field.kind === "choice" || field.kind === "dictionary") return 100;
  if (field.kind === "phone" || field.kind === "phones") return 136;
  if (field.kind === "email") return 184;
  if (field.kind === "longtext" || field.kind === "json") return 240;
  return 136;
}

export function isNumeric(field: Field): boolean {
  return field.kind === "number" || field.kind === "money" || field.kind === "duration";
}

/** The field that names a row, in the reader's language where there are two: it stands out. */
export function nameField(resource: Resource, lang: Language): string {
  if (lang === "en" && resource.label === "title_zh" && resource.fields.some((field) => field.name === "title_en")) return "title_en";
  return resource.label ?? resource.fields.find((field) => ["name", "title", "login", "value"].includes(field.name))?.name ?? resource.fields[0]?.name ?? "id";
}

/** What a row is called. */
export function nameOf(resource: Resource, row: Row, lang: Language): string {
  const value = row[nameField(resource, lang)];
  return typeof value === "string" && value ? value : row.id;
}
