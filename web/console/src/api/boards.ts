// The boards of the wall.
import type { Words } from "./meta.ts";
import { read } from "./client.ts";

export interface Board {
  readonly name: string;
  readonly title: Words;
}

export function boards(signal?: AbortSignal): Promise<readonly Board[]> {
  return read<readonly Board[]>("/boards", signal);
}
