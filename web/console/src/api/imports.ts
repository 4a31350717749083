// Imports run on the server; the console sends the file and asks how far it is.
import { ask, once, read } from "./client.ts";

export interface RowError {
  readonly row: number;
  readonly field: string | null;
  readonly message: string;
}

export interface Job {
  readonly id: string;
  readonly state: "queued" | "running" | "done" | "failed" | "cancelled";
  readonly rows: number | null;
  readonly done: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly errors: readonly RowError[];
}

export type Mode = "insert" | "upsert";

const SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

export async function startImport(path: string, file: File, mode: Mode): Promise<Job> {
  const type = file.name.toLowerCase().endsWith(".xlsx") ? SHEET : "text/csv";
  const answer = await ask(`/${path}/imports?mode=${mode}`, { method: "POST", body: file, headers: { "content-type": type, ...once() } });
  return answer.body as Job;
}

export function importJob(id: string): Promise<Job> {
  return read<Job>(`/imports/${encodeURIComponent(id)}`);
}

export async function cancelImport(id: string): Promise<void> {
  await ask(`/imports/${encodeURIComponent(id)}`, { method: "DELETE" });
}

/** Address of an empty sheet with the right heads. */
export function templateUrl(path: string, format: "csv" | "xlsx"): string {
  return `/api/v1/${path}/imports/template?format=${format}`;
}

export function ended(job: Job): boolean {
  return job.state === "done" || job.state === "failed" || job.state === "cancelled";
}
