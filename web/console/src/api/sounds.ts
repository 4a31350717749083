// Recordings and messages: what is known about a sound, and where its bytes are.
import { ask, read } from "./client.ts";
import { Problem } from "./problem.ts";
import { act } from "./records.ts";

export interface Waveform {
  readonly duration_ms: number;
  /** The loudest of each stretch, 0 to 255, per channel. */
  readonly channels: readonly (readonly number[])[];
}

export interface Recording {
  readonly size: number;
  readonly media_type: string;
  /** Null where the file does not say it in a way that the server reads. */
  readonly duration_ms: number | null;
  readonly may_download: boolean;
}

/** Addresses of a sound. */
export interface Sound {
  readonly audio: string;
  readonly waveform: string;
  readonly download: string | null;
}

const at = (call: string): string => `/recordings/${encodeURIComponent(call)}`;

/** Why there is nothing to hear, in the caller's language. */
export interface NoRecording {
  readonly missing: string;
}

/** The recording of a call, or why there is none, or none that one may know of. */
export async function recording(source: string, call: string, signal?: AbortSignal): Promise<Recording | NoRecording> {
  try {
    return await read<Recording>(`${at(call)}?${new URLSearchParams({ source })}`, signal);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return { missing: error.detail || error.title };
    throw error;
  }
}

export function soundOfCall(source: string, call: string, download: boolean): Sound {
  const which = new URLSearchParams({ source });
  return { audio: `/api/v1${at(call)}/audio?${which}`, waveform: `${at(call)}/waveform?${which}`, download: download ? `/api/v1${at(call)}/download?${which}` : null };
}

export function soundOfMessage(id: string): Sound {
  const message = `/voicemail/${encodeURIComponent(id)}`;
  return { audio: `/api/v1${message}/audio`, waveform: `${message}/waveform`, download: null };
}

/** Null for a sound that has none, such as a packed one. */
export async function waveform(path: string, signal?: AbortSignal): Promise<Waveform | null> {
  try {
    return await read<Waveform>(path, signal);
  } catch (error) {
    if (error instanceof Problem && error.status >= 400 && error.status < 500) return null;
    throw error;
  }
}

/** Says that a message is handled, with what was said on calling back. */
export async function handleMessage(id: string, note: string): Promise<void> {
  await act("voicemail", id, "handle", note ? { note } : {});
}

export async function reopenMessage(id: string): Promise<void> {
  await act("voicemail", id, "reopen");
}

export interface Scanned {
  readonly new: number;
}

/** Takes what is new in the spool. */
export async function scanMessages(): Promise<Scanned> {
  return (await ask("/voicemail/scan", { method: "POST", json: {} })).body as Scanned;
}
