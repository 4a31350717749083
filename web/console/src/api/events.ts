// Lines for the log: what was refused and is mended, and files of events.
import { Problem, readProblem, UNREACHABLE } from "./problem.ts";
import { csrfToken } from "./client.ts";

export interface Receipt {
  /** Events that were new. */
  readonly accepted: number;
  /** Events that the log held already. */
  readonly duplicate: number;
  /** Lines that are no events. */
  readonly rejected: readonly unknown[];
}

/** Sends NDJSON; `told` hears how much of it has left, from 0 to 1. */
export function sendLines(body: Blob, source: string, told: (share: number) => void, stop?: AbortSignal): Promise<Receipt> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/events?source=${encodeURIComponent(source)}`);
    request.setRequestHeader("content-type", "application/x-ndjson");
    if (csrfToken()) request.setRequestHeader("x-csrf-token", csrfToken());
    request.upload.addEventListener("progress", (event) => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Receipt);
      else reject(readProblem(request.status, request.responseText));
    });
    request.addEventListener("error", () => reject(new Problem(UNREACHABLE, "", "")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    stop?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
