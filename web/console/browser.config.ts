// The console in a real browser against a real server; tests/tests/console.rs starts the server and then this.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: { include: ["browser/**/*.test.ts"], environment: "node", fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000, sequence: { concurrent: false }, expect: { poll: { timeout: 15_000 } } },
});
