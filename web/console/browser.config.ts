// The console in a real browser against a real server; started by tests/tests/console.rs, which runs the server.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  test: { include: ["browser/**/*.test.ts"], environment: "node", fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000, sequence: { concurrent: false }, bail: 0 },
});
