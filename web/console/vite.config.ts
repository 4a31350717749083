// Builds the console into dist/console, served at /console/; `vite` alone serves the sources, and hands the API on to a server.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** antd writes its styles through one module, its icons through another; ours writes them into constructed sheets, which the
    page's policy allows. */
function sheets(): Plugin {
  const ours = JSON.stringify(here("./src/style/sheets.ts"));
  return {
    name: "sheets",
    enforce: "pre",
    transform(code, id) {
      if (/@rc-component\/util\/(es|lib)\/Dom\/dynamicCSS\.js$/.test(id)) return `export * from ${ours};`;
      if (!/@ant-design\/icons\/(es|lib)\/cssUtils\.js$/.test(id)) return null;
      return `${code.replace("export function updateCSS", "function unused")}\nexport { updateCSS } from ${ours};`;
    },
  };
}

/** Host and origin stay those of the page: the server compares them. */
const proxy = { "/api": process.env["CALLBOARD_SERVER"] ?? "http://127.0.0.1:8080" };

export default defineConfig({
  root: here("."),
  base: "/console/",
  plugins: [react(), sheets()],
  server: { proxy },
  build: {
    outDir: here("../dist/console"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  // The policy that the server sends, so that `vite preview` forbids what it forbids.
  preview: { proxy, headers: { "content-security-policy": readFileSync(here("./policy.txt"), "utf8").trim() } },
  test: { root: here("."), include: ["test/**/*.test.{ts,tsx}"], environment: "node" },
});
