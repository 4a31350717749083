// How long a lockout lasts, as the server says it.
import { Problem } from "../api/problem.ts";

/** Seconds until one may try again, or null when the server names none. */
export function lockSeconds(error: unknown): number | null {
  if (!(error instanceof Problem) || (error.status !== 429 && error.status !== 423)) return null;
  return error.retryAfter;
}

/** Why a new password cannot be taken, as a key, or null. */
export function passwordFault(login: string, password: string): string | null {
  if ([...password].length < 12) return "password.rule";
  return login && password.toLowerCase().includes(login.toLowerCase()) ? "password.rule" : null;
}
