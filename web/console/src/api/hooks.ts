// Web hooks: a test message, another secret, a delivery sent once more or given up.
import { act } from "./records.ts";

export interface Tested {
  readonly arrived: boolean;
  /** The status of HTTP, if anybody answered. */
  readonly status: number | null;
  /** The robot's own code. */
  readonly code: number | null;
  readonly ms: number;
  /** Why it did not arrive, in the reader's language. */
  readonly message: string | null;
}

export async function testHook(id: string): Promise<Tested> {
  return (await act("web-hooks", id, "test")) as Tested;
}

/** Another secret, told once; the one before signs beside it for a day. */
export async function renewSecret(id: string): Promise<string> {
  return ((await act("web-hooks", id, "secret")) as { readonly secret: string }).secret;
}

export async function redeliver(id: string): Promise<void> {
  await act("web-hook-deliveries", id, "redeliver");
}

export async function dropDelivery(id: string): Promise<void> {
  await act("web-hook-deliveries", id, "drop");
}
