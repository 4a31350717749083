// What differs between two states of a record.

export interface Difference {
  readonly name: string;
  readonly before: unknown;
  readonly after: unknown;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "string") {
    try {
      return record(JSON.parse(value));
    } catch {
      return {};
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** Fields of the server's own that say nothing to people. */
const OWN = new Set(["id", "version", "created_at", "updated_at"]);

/** Fields that are objects themselves by their parts, such as `own.birthday`. */
function parts(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value).map(([part, of]) => [`${name}.${part}`, of]) : [[name, value]],
    ),
  );
}

export function differences(before: unknown, after: unknown): readonly Difference[] {
  const [old, now] = [parts(record(before)), parts(record(after))];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => !OWN.has(name) && !name.endsWith("_label"));
  return names
    .map((name) => ({ name, before: old[name] ?? null, after: now[name] ?? null }))
    .filter((entry) => JSON.stringify(entry.before) !== JSON.stringify(entry.after) && !(nothing(entry.before) && nothing(entry.after)));
}

/** Texts of several lines are compared line by line. */
export function isLong({ before, after }: Difference): boolean {
  const text = (value: unknown): boolean => value === null || typeof value === "string";
  return text(before) && text(after) && `${before ?? ""}${after ?? ""}`.includes("\n");
}

function nothing(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
