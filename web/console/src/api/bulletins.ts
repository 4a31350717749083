// Bulletins as those who are to read them see them.
import { read } from "./client.ts";
import { act } from "./records.ts";

export interface CurrentBulletin {
  readonly id: string;
  readonly title: string;
  /** In Markdown. */
  readonly body: string;
  readonly level: "info" | "warning" | "urgent";
  readonly from_at: string;
  readonly until_at: string | null;
  readonly read: boolean;
}

export async function currentBulletins(signal?: AbortSignal): Promise<readonly CurrentBulletin[]> {
  return (await read<{ readonly items: readonly CurrentBulletin[] }>("/bulletins/current", signal)).items;
}

export async function markRead(id: string): Promise<void> {
  await act("bulletins", id, "read");
}
