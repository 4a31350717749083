// What differs between two texts: line by line, and word by word in lines that were written anew. Pure.

export interface Piece {
  readonly text: string;
  readonly changed: boolean;
}

export interface Line {
  readonly how: "same" | "removed" | "added";
  readonly text: string;
  /** The line in pieces, where only some of its words differ. */
  readonly pieces?: readonly Piece[];
}

/** A stretch of a difference: lines to show, or unchanged ones that are folded away. */
export interface Stretch {
  readonly folded: boolean;
  readonly lines: readonly Line[];
}

interface Step {
  readonly how: Line["how"];
  readonly text: string;
}

/** Longer ones are compared as a whole: the table would grow with the product of their lengths. */
const MOST_LINES = 2_000;
const MOST_WORDS = 1_000;
/** Two lines of which less is the same are two lines, and no line that was changed. */
const ALIKE = 0.4;
/** Unchanged lines that stay beside a change. */
const AROUND = 2;
/** So few are not worth folding. */
const LEAST = 4;

export function lineDifference(before: string, after: string): readonly Line[] {
  const split = (text: string): readonly string[] => (text === "" ? [] : text.split("\n"));
  return inWords(steps(split(before), split(after), MOST_LINES));
}

/** Long unchanged stretches are folded; a text that did not change at all is not. */
export function stretches(lines: readonly Line[]): readonly Stretch[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((line) => line.how !== "same"));
  const found: { folded: boolean; lines: Line[] }[] = [];
  for (const [index, line] of lines.entries()) {
    const folded = near[index] === false;
    const last = found.at(-1);
    if (last?.folded === folded) last.lines.push(line);
    else found.push({ folded, lines: [line] });
  }
  return found.map((stretch) => (stretch.lines.length < LEAST ? { ...stretch, folded: false } : stretch));
}

/** The longest common sequence stays; the rest was removed or added. */
function steps(before: readonly string[], after: readonly string[], most: number): readonly Step[] {
  const as = (how: Line["how"]) => (text: string): Step => ({ how, text });
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const between = a.length > most || b.length > most ? [...a.map(as("removed")), ...b.map(as("added"))] : compared(a, b);
  return [...before.slice(0, start).map(as("same")), ...between, ...before.slice(before.length - end).map(as("same"))];
}

function compared(a: readonly string[], b: readonly string[]): readonly Step[] {
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      found.push({ how: "same", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      found.push({ how: "removed", text: a[i] ?? "" });
      i += 1;
    } else {
      found.push({ how: "added", text: b[j] ?? "" });
      j += 1;
    }
  }
  return found;
}

/** Lines that were removed and those that came in their place, one for one, with the words in which they differ. */
function inWords(all: readonly Step[]): readonly Line[] {
  const lines: Line[] = [];
  for (let index = 0; index < all.length; ) {
    const run = (how: Line["how"], from: number): readonly Step[] => {
      const end = all.findIndex((step, place) => place >= from && step.how !== how);
      return all.slice(from, end < 0 ? all.length : end);
    };
    const removed = run("removed", index);
    const added = run("added", index + removed.length);
    if (removed.length + added.length === 0) {
      lines.push(...all.slice(index, index + 1));
      index += 1;
      continue;
    }
    const pairs = removed.map((step, place) => pair(step.text, added[place]?.text));
    lines.push(...removed.map((step, place) => withPieces(step, pairs[place]?.[0])), ...added.map((step, place) => withPieces(step, pairs[place]?.[1])));
    index += removed.length + added.length;
  }
  return lines;
}

function withPieces(step: Step, pieces: readonly Piece[] | undefined): Line {
  return pieces ? { ...step, pieces } : step;
}

/** Chinese has no spaces: each character is a word. */
function words(text: string): readonly string[] {
  return text.match(/\p{Script=Han}|[\p{L}\p{N}_]+|\s+|./gu) ?? [];
}

/** Both lines in pieces; null where they are not alike, or one is missing. */
function pair(before: string, after: string | undefined): readonly [readonly Piece[], readonly Piece[]] | null {
  if (after === undefined || !before.trim() || !after.trim()) return null;
  const [a, b] = [words(before), words(after)];
  if (a.length > MOST_WORDS || b.length > MOST_WORDS) return null;
  const found = steps(a, b, MOST_WORDS);
  const same = found.reduce((sum, step) => sum + (step.how === "same" ? step.text.trim().length : 0), 0);
  if (same < ALIKE * Math.max(before.trim().length, after.trim().length)) return null;
  return [pieces(found, "removed"), pieces(found, "added")];
}

function pieces(found: readonly Step[], how: "removed" | "added"): readonly Piece[] {
  const joined: { text: string; changed: boolean }[] = [];
  for (const step of found) {
    if (step.how !== "same" && step.how !== how) continue;
    const changed = step.how !== "same";
    const last = joined.at(-1);
    if (last?.changed === changed) last.text += step.text;
    else joined.push({ text: step.text, changed });
  }
  return joined;
}
