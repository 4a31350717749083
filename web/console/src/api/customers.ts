// What one does with a customer beside changing its fields.
import { ask, read } from "./client.ts";
import { act } from "./records.ts";

/** A call as the server lists calls; whoever may not see it is told its time, its direction and its outcome alone. */
export interface Contact {
  readonly source?: string;
  readonly call?: string;
  readonly direction: string;
  readonly started_at: string;
  readonly outcome: string;
  readonly ended_at?: string | null;
  readonly queue?: string | null;
  readonly queue_label?: string | null;
  readonly agent?: string | null;
  readonly agent_label?: string | null;
  readonly talk_ms?: number | null;
}

export interface Contacts {
  readonly items: readonly Contact[];
  /** Whether anything that keeps calls is connected. */
  readonly known: boolean;
}

export function contacts(id: string, signal?: AbortSignal): Promise<Contacts> {
  return read<Contacts>(`/customers/${encodeURIComponent(id)}/contacts`, signal);
}

/** Takes a customer from the public pool. */
export async function claim(id: string): Promise<void> {
  await act("customers", id, "claim");
}

/** Gives a customer back to the public pool. */
export async function release(id: string, reason: string): Promise<void> {
  await act("customers", id, "release", { reason });
}

/** Hands customers to another owner: all of them or none. */
export async function transfer(ids: readonly string[], to: string, reason: string): Promise<void> {
  await ask("/customers/transfer", { method: "POST", json: { ids, to, reason } });
}

/** What was done with many customers: which were refused, each with the reason. */
export interface Moved {
  readonly done: number;
  readonly refused: readonly { readonly id: string; readonly message: string }[];
}

/** Takes those customers from the public pool that can be taken. */
export function claimMany(ids: readonly string[]): Promise<Moved> {
  return many("claim", "claimed", { ids });
}

/** Gives those customers back to the public pool that can be given back. */
export function releaseMany(ids: readonly string[], reason: string): Promise<Moved> {
  return many("release", "released", { ids, reason });
}

/** Hands those customers over that can be handed over. */
export function transferMany(ids: readonly string[], to: string, reason: string): Promise<Moved> {
  return many("transfer", "transferred", { ids, to, reason, partly: true });
}

async function many(deed: string, count: string, json: unknown): Promise<Moved> {
  const body = (await ask(`/customers/${deed}`, { method: "POST", json })).body as Readonly<Record<string, unknown>>;
  return { done: Number(body[count]), refused: body["refused"] as Moved["refused"] };
}

/** Takes another record of the same customer into this one; the other is gone then. */
export async function merge(id: string, other: string): Promise<void> {
  await act("customers", id, "merge", { other });
}
