// After vite: packs the files and fails when the first load of the shell has grown beyond its bound.
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pack } from "../../pack.mjs";

/** What one fetches before the first page stands, in bytes of gzip. */
const MOST = 300_000;

const out = join(dirname(fileURLToPath(import.meta.url)), "../../dist/console");
const manifest = JSON.parse(await readFile(join(out, "manifest.json"), "utf8"));
await rm(join(out, "manifest.json"));
const sizes = new Map((await pack(out)).map((file) => [file.name, file]));

/** The entry and what it imports at once; what it imports later is fetched with its route. */
function shell(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) shell(next, seen);
  return seen;
}
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const chunks = [...shell(entry)].map((key) => manifest[key]);
const files = new Set(["index.html", ...chunks.flatMap((chunk) => [chunk.file, ...(chunk.css ?? [])])]);
const first = [...files].reduce((sum, name) => sum + (sizes.get(name)?.gz ?? 0), 0);
const all = [...sizes.values()].reduce((sum, file) => sum + file.gz, 0);
console.log(`console: first load ${first} B of gzip in ${files.size} files (at most ${MOST}); ${all} B in ${sizes.size} files with every route`);
if (first > MOST) {
  for (const name of files) console.error(`${String(sizes.get(name)?.gz).padStart(8)} B  ${name}`);
  throw new Error(`the first load of the console is ${first} B of gzip, at most ${MOST}`);
}
