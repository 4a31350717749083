// Articles beside their fields: search, versions, publishing, attachments.
import { ask, read } from "./client.ts";
import { act } from "./records.ts";

/** A part of a text; those that fit the search are marked. */
export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

export interface Found {
  readonly id: string;
  readonly title: string;
  readonly title_parts: readonly Part[];
  readonly snippet: readonly Part[];
  readonly state: string;
  readonly node_id: string;
  readonly used: number;
}

export async function searchArticles(q: string, node: string | null, signal?: AbortSignal): Promise<readonly Found[]> {
  const question = new URLSearchParams({ q, ...(node ? { node_id: node } : {}) });
  return (await read<{ readonly items: readonly Found[] }>(`/articles/search?${question}`, signal)).items;
}

export interface Version {
  readonly revision: number;
  readonly title: string;
  readonly state: string;
  readonly author: string;
  readonly created_at: string;
}

const at = (id: string): string => `/articles/${encodeURIComponent(id)}`;

export async function versions(id: string): Promise<readonly Version[]> {
  return (await read<{ readonly items: readonly Version[] }>(`${at(id)}/versions`)).items;
}

export function version(id: string, revision: number): Promise<{ readonly title: string; readonly body: string }> {
  return read(`${at(id)}/versions/${revision}`);
}

export async function restore(id: string, revision: number): Promise<void> {
  await ask(`${at(id)}/versions/${revision}/restore`, { method: "POST", json: {} });
}

export async function publish(id: string): Promise<void> {
  await act("articles", id, "publish");
}

export async function withdraw(id: string): Promise<void> {
  await act("articles", id, "withdraw");
}

/** Says that the article helped. */
export async function use(id: string): Promise<void> {
  await act("articles", id, "use");
}

export interface Attachment {
  readonly id: string;
  readonly name: string;
  readonly media_type: string;
  readonly size: number;
  readonly created_at: string;
}

export async function attachments(id: string): Promise<readonly Attachment[]> {
  return (await read<{ readonly items: readonly Attachment[] }>(`${at(id)}/attachments`)).items;
}

export async function attach(id: string, file: File): Promise<void> {
  const headers = { "content-type": file.type || "application/octet-stream" };
  await ask(`${at(id)}/attachments?${new URLSearchParams({ name: file.name })}`, { method: "POST", body: file, headers });
}

export async function detach(id: string, attachment: string): Promise<void> {
  await ask(`${at(id)}/attachments/${encodeURIComponent(attachment)}`, { method: "DELETE" });
}

export function attachmentUrl(id: string, attachment: string): string {
  return `/api/v1${at(id)}/attachments/${encodeURIComponent(attachment)}`;
}
