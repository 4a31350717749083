// Notes that people leave on a call.
import { ask, once, read } from "./client.ts";

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly created_at: string;
  readonly user_id: string | null;
  readonly user_label: string | null;
  /** Whether whoever asks wrote it. */
  readonly own: boolean;
}

const at = (source: string, call: string): string => `/calls/${encodeURIComponent(source)}/${encodeURIComponent(call)}/notes`;

/** The oldest comes first. */
export async function notes(source: string, call: string, signal?: AbortSignal): Promise<readonly Note[]> {
  return (await read<{ readonly items: readonly Note[] }>(at(source, call), signal)).items;
}

export async function addNote(source: string, call: string, text: string): Promise<Note> {
  return (await ask(at(source, call), { method: "POST", json: { text }, headers: once() })).body as Note;
}

export async function removeNote(source: string, call: string, id: string): Promise<void> {
  await ask(`${at(source, call)}/${encodeURIComponent(id)}`, { method: "DELETE" });
}
