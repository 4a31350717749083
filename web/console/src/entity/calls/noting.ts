// What may be sent as a note, and when its length is worth a word.

/** Characters of a note, counted as the input counts them. */
export const LONGEST = 2_000;
const NEAR = 200;

/** The text as it is sent; null while there is nothing to send. */
export function sendable(text: string): string | null {
  const trimmed = text.trim();
  return trimmed === "" || trimmed.length > LONGEST ? null : trimmed;
}

export function isNearLimit(text: string): boolean {
  return text.length >= LONGEST - NEAR;
}
