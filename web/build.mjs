// Bundles the wall into dist/wall with content hashes, packed beside each file; `--tests` bundles the tests instead.
import { build } from "esbuild";
import { readdir, readFile, rm, mkdir, writeFile, copyFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pack } from "./pack.mjs";
import { fileURLToPath } from "node:url";

const root = dirname(fileURLToPath(import.meta.url));
const common = { bundle: true, jsx: "automatic", jsxImportSource: "preact", target: ["chrome100", "firefox100", "safari15"], logLevel: "warning" };

async function tests() {
  const out = join(root, "dist/tests");
  await rm(out, { recursive: true, force: true });
  const entries = (await readdir(join(root, "wall/test"))).filter((f) => /\.test\.tsx?$/.test(f)).map((f) => join(root, "wall/test", f));
  await build({ ...common, entryPoints: entries, outdir: out, format: "esm", platform: "node", target: "node20", outExtension: { ".js": ".mjs" } });
}

async function wall() {
  const out = join(root, "dist/wall");
  await rm(out, { recursive: true, force: true });
  await mkdir(join(out, "assets"), { recursive: true });
  const { metafile } = await build({
    ...common,
    entryPoints: { wall: join(root, "wall/src/main.tsx"), style: join(root, "wall/src/style.css") },
    outdir: join(out, "assets"),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    format: "esm",
    minify: true,
    legalComments: "none",
    metafile: true,
  });
  const names = Object.keys(metafile.outputs).map((path) => basename(path));
  const named = (start, end) => names.find((name) => name.startsWith(start) && name.endsWith(end));
  const html = (await readFile(join(root, "wall/index.html"), "utf8"))
    .replace("{script}", named("wall-", ".js"))
    .replace("{style}", named("style-", ".css"))
    .replace("{font}", named("Inter", ".woff2"))
    .replace("{icon}", "icon.svg");
  await copyFile(join(root, "wall/icon.svg"), join(out, "assets/icon.svg"));
  await writeFile(join(out, "index.html"), html);
  await copyFile(join(root, "node_modules/inter-ui/LICENSE.txt"), join(out, "assets/inter-license.txt"));
  for (const { name, plain, br } of await pack(out)) console.log(`${name.padEnd(34)} ${String(plain).padStart(7)} B  br ${br} B`);
}

await (process.argv.includes("--tests") ? tests() : wall());
