// Sources by their titles, as the wall has them; what has none keeps its name.
import type { SqlRow } from "../../api/sql.ts";
import type { Language } from "../../resource/values.ts";

/** Name of a source to its title. */
export type Titles = ReadonlyMap<string, string>;

export function titlesOf(rows: readonly SqlRow[], language: Language): Titles {
  return new Map(
    rows.flatMap((row) => {
      const title = row[`title_${language}`] ?? row["title"];
      return typeof title === "string" && title ? [[String(row["source"]), title] as const] : [];
    }),
  );
}
