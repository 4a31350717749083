// Imports run on the server; the console sends the file and asks how far it is.
import { ask, once, read } from "./client.ts";
import type { ImportJob } from "./schema.d.ts";

/** An import that waits, runs or has ended. */
export type Job = ImportJob;

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
