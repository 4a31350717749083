// Keys: one's own API tokens, and those of screens. A secret is in the answer that makes it and nowhere else.
import { ask, once, read } from "./client.ts";
import { act } from "./records.ts";

export interface Token {
  readonly id: string;
  readonly name: string;
  readonly rights: readonly string[];
  readonly expires_at: string;
  /** How the secret begins. */
  readonly hint: string | null;
  readonly used_at: string | null;
}

export async function ownTokens(): Promise<readonly Token[]> {
  return (await read<{ readonly items: readonly Token[] }>("/profile/tokens?limit=200")).items;
}

export async function makeToken(token: Pick<Token, "name" | "rights" | "expires_at">): Promise<string> {
  const answer = await ask("/profile/tokens", { method: "POST", json: token, headers: once() });
  return (answer.body as { readonly token: string }).token;
}

export async function revokeToken(id: string): Promise<void> {
  await ask(`/profile/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
}

export interface Pairing {
  /** Path with the code behind `#`, which no server sees. */
  readonly link: string;
  readonly code: string;
  readonly until: string;
}

export async function pairDevice(id: string): Promise<Pairing> {
  return (await act("devices", id, "pairing")) as Pairing;
}

/** A key for a program; the one before ends. */
export async function giveKey(id: string): Promise<string> {
  return ((await act("devices", id, "key")) as { readonly key: string }).key;
}

export async function takeKey(id: string): Promise<void> {
  await ask(`/devices/${encodeURIComponent(id)}/key`, { method: "DELETE" });
}
