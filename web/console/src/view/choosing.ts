// Rows that are chosen to do something with all of them: one by one, a range, a page. Pure.

export type Chosen = ReadonlySet<string>;

/** After a click on a row's box: with shift the rows from the one clicked before become what this one becomes. */
export function chooseRow(chosen: Chosen, keys: readonly string[], at: number, before: number | null, shift: boolean): Chosen {
  const key = keys[at];
  if (key === undefined) return chosen;
  const on = !chosen.has(key);
  const from = shift && before !== null && before < keys.length ? before : at;
  return turned(chosen, keys.slice(Math.min(from, at), Math.max(from, at) + 1), on);
}

/** After a click on the box of the head: all rows of the page, or none when all of them were. */
export function choosePage(chosen: Chosen, keys: readonly string[]): Chosen {
  return turned(chosen, keys, pageState(chosen, keys) !== "all");
}

export function pageState(chosen: Chosen, keys: readonly string[]): "all" | "some" | "none" {
  const count = keys.filter((key) => chosen.has(key)).length;
  return count === 0 ? "none" : count === keys.length ? "all" : "some";
}

function turned(chosen: Chosen, keys: readonly string[], on: boolean): Chosen {
  const next = new Set(chosen);
  for (const key of keys) {
    if (on) next.add(key);
    else next.delete(key);
  }
  return next;
}
