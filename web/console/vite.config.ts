// Builds the console into dist/console, served at /console/; `vite` alone serves it with a made-up API beside it.
import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { mock } from "./dev/mock.ts";

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

export default defineConfig(({ command }) => ({
  root: here("."),
  base: "/console/",
  plugins: [react(), sheets(), ...(command === "serve" && !process.env.VITEST ? [mock(process.env.CALLBOARD_SERVER)] : [])],
  build: {
    outDir: here("../dist/console"),
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  // What the server says of the built pages, so that `vite preview` forbids what it forbids.
  preview: { headers: { "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'" } },
  test: { root: here("."), include: ["test/**/*.test.{ts,tsx}"], environment: "node" },
}));
