// Ticks of an axis that starts at zero.

const NICE = [1, 2, 2.5, 4, 5, 10];

/** Ticks from 0 to the first round value at or above `most`, at most `parts` steps. */
export function ticks(most: number, parts: number): readonly number[] {
  const least = Math.max(1, most) / parts;
  const power = 10 ** Math.floor(Math.log10(least));
  const nice = NICE.map((n) => n * power).find((n) => n >= least && Number.isInteger(n)) ?? Math.ceil(least);
  const steps = Math.max(1, Math.ceil(Math.max(1, most) / nice));
  return Array.from({ length: steps + 1 }, (_, i) => i * nice);
}
