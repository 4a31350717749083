// The pictures of the house: its logo and what stands at signing in.
import { ask, read } from "./client.ts";

export type Picture = "logo" | "sign-in";

interface Images {
  readonly items: readonly { readonly name: string; readonly set_at: string }[];
}

/** Where each picture that is set lies; the address changes with the picture. */
export async function images(signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const { items } = await read<Images>("/images", signal);
  return new Map(items.map(({ name, set_at }) => [name, `/api/v1/images/${name}?at=${encodeURIComponent(set_at)}`]));
}

export async function setImage(name: Picture, file: File): Promise<void> {
  await ask(`/images/${name}`, { method: "PUT", body: file, headers: { "content-type": file.type || "application/octet-stream" } });
}

export async function removeImage(name: Picture): Promise<void> {
  await ask(`/images/${name}`, { method: "DELETE" });
}
