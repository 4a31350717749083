// What differs between two texts, line by line: the longest common sequence of lines stays.

export interface Line {
  readonly how: "same" | "removed" | "added";
  readonly text: string;
}

/** Longer texts are compared as a whole: the table would grow with the product of their lengths. */
const MOST_LINES = 2_000;

export function lineDifference(before: string, after: string): readonly Line[] {
  const [a, b] = [before.split("\n"), after.split("\n")];
  if (a.length > MOST_LINES || b.length > MOST_LINES) return [...a.map((text) => ({ how: "removed" as const, text })), ...b.map((text) => ({ how: "added" as const, text }))];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) for (let j = b.length - 1; j >= 0; j -= 1) common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ how: "same", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ how: "removed", text: a[i] ?? "" });
      i += 1;
    } else {
      lines.push({ how: "added", text: b[j] ?? "" });
      j += 1;
    }
  }
  return lines;
}
