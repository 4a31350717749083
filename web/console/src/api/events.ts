// Lines for the log: what was refused and is mended, and files of events.
import { headersOf, refusal } from "./client.ts";
import { Problem, UNREACHABLE } from "./problem.ts";

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
    const headers = headersOf({ method: "POST", headers: { "content-type": "application/x-ndjson" } });
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && told(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve(JSON.parse(request.responseText) as Receipt);
      else reject(refusal(request.status, request.responseText, request.getResponseHeader("retry-after")));
    });
    request.addEventListener("error", () => reject(new Problem(UNREACHABLE, "", "")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    stop?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
