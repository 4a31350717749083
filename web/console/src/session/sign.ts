// The rules of signing in that the pages know: how long a lock lasts, what no password may be.
import { Problem } from "../api/problem.ts";

/** Seconds until one may try again, or null when the server names none. */
export function lockSeconds(error: unknown): number | null {
  if (!(error instanceof Problem) || (error.status !== 429 && error.status !== 423)) return null;
  return error.retryAfter;
}

/** What the address says when a provider of identities did not let somebody in. */
export const FAILED = "sign_on";
/** The reasons that it names. */
const REASONS = ["denied", "expired", "unknown", "disabled", "provider"];

/** Key of the sentence that says why, or null when nothing failed. */
export function failedSignOn(search: string): string | null {
  const reason = new URLSearchParams(search).get(FAILED);
  if (reason === null) return null;
  return `sign.reasons.${REASONS.includes(reason) ? reason : "other"}`;
}

/** The fewest characters of a password; the server has the same number and the last word. */
export const PASSWORD_LEAST = 10;

/** Whether a new password is sure to be refused. */
export function isWeak(login: string, password: string): boolean {
  return [...password].length < PASSWORD_LEAST || (login.length > 2 && password.toLowerCase().includes(login.toLowerCase()));
}
