// Errors of the API (RFC 9457) as the console shows them.

/** One field that the server does not accept. */
export interface FieldError {
  readonly field: string;
  readonly code: string;
  readonly message: string;
}

/** What an answer that is no success says. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(detail || title);
    this.name = "Problem";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function fieldError(value: unknown): FieldError[] {
  if (typeof value !== "object" || value === null) return [];
  const entry = value as Record<string, unknown>;
  return [{ field: text(entry["field"]), code: text(entry["code"]), message: text(entry["message"]) }];
}

/** Reads problem+json; any other body becomes a problem without a detail. */
export function readProblem(status: number, body: string, retryAfter: string | null = null): Problem {
  const seconds = retryAfter === null ? null : Number.parseInt(retryAfter, 10);
  const after = seconds !== null && Number.isFinite(seconds) ? seconds : null;
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === "object" && parsed !== null) {
      const entry = parsed as Record<string, unknown>;
      const errors = Array.isArray(entry["errors"]) ? entry["errors"].flatMap(fieldError) : [];
      return new Problem(status, text(entry["title"]), text(entry["detail"]), errors, after);
    }
  } catch {
    // No JSON: a proxy's page, or nothing at all.
  }
  return new Problem(status, "", "", [], after);
}

/** Status of a request that got no answer. */
export const UNREACHABLE = 0;

/** Key of the sentence that says what to do about it. */
export function remedy(error: unknown): string {
  if (!(error instanceof Problem)) return "problem.unknown";
  if (error.status === UNREACHABLE) return "problem.offline";
  if (error.status === 401) return "problem.signIn";
  if (error.status === 403) return "problem.refused";
  if (error.status === 404) return "problem.missing";
  if (error.status === 409) return "problem.used";
  if (error.status === 412) return "problem.changed";
  if (error.status === 413) return "problem.large";
  if (error.status === 422) return "problem.invalid";
  if (error.status === 429) return "problem.often";
  return error.status >= 500 ? "problem.server" : "problem.unknown";
}
