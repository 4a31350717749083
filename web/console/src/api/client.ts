// One way to ask the server: cookies, the CSRF token, problems, and who is told when a session has ended.
import { Problem, readProblem, UNREACHABLE } from "./problem.ts";

type Listener = () => void;

let csrf = "";
let language = "zh";
const expired = new Set<Listener>();

/** The token that unsafe requests carry from now on. */
export function carryCsrf(token: string): void {
  csrf = token;
}

/** The language in which the server shall answer before anybody has signed in. */
export function speak(tag: string): void {
  language = tag;
}

/** Calls `listener` whenever the server no longer knows the session; returns how to stop. */
export function onExpired(listener: Listener): () => void {
  expired.add(listener);
  return () => expired.delete(listener);
}

export interface Ask {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly json?: unknown;
  readonly body?: Blob;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The caller deals with 401 itself: nobody is told that the session has ended. */
  readonly quiet?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly location: string | null;
  readonly body: unknown;
}

/** What every request carries; those that change something also show the session's token. */
export function headersOf({ method = "GET", json, headers = {} }: Ask): Readonly<Record<string, string>> {
  return {
    accept: "application/json",
    "accept-language": language,
    ...(json === undefined ? {} : { "content-type": "application/json" }),
    ...(method !== "GET" && csrf ? { "x-csrf-token": csrf } : {}),
    ...headers,
  };
}

/** The problem of an answer that is no success; tells the listeners when the session has ended. */
export function refusal(status: number, body: string, retryAfter: string | null, quiet = false): Problem {
  if (status === 401 && !quiet) for (const listener of expired) listener();
  return readProblem(status, body, retryAfter);
}

/** Asks `path` (below `/api/v1`); throws a `Problem` for every answer that is no success. */
export async function ask(path: string, options: Ask = {}): Promise<Answer> {
  const init: RequestInit = { method: options.method ?? "GET", headers: headersOf(options), credentials: "same-origin" };
  if (options.json !== undefined) init.body = JSON.stringify(options.json);
  if (options.body) init.body = options.body;
  if (options.signal) init.signal = options.signal;
  let response: Response;
  let text: string;
  try {
    response = await fetch(`/api/v1${path}`, init);
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Problem(UNREACHABLE, "", "");
  }
  if (!response.ok) throw refusal(response.status, text, response.headers.get("retry-after"), options.quiet);
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  return {
    status: response.status,
    etag: response.headers.get("etag"),
    location: response.headers.get("location"),
    body: json && text ? (JSON.parse(text) as unknown) : text,
  };
}

/** The body of a GET, as what the API documents. */
export async function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, signal ? { signal } : {})).body as T;
}

/** A key under which a repeated POST is done once. */
export function once(): Readonly<Record<string, string>> {
  return { "idempotency-key": crypto.randomUUID() };
}
