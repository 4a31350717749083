// Brotli and gzip beside each built file that gets smaller by it: browsers take Brotli over TLS only.
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PACKED = [".woff2", ".png", ".jpg", ".br", ".gz"];

/** Packs every file below `folder`; gives their names with the bytes plain, in gzip and in Brotli. */
export async function pack(folder) {
  const sizes = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || PACKED.some((end) => path.endsWith(end))) continue;
    const plain = await readFile(path);
    const br = brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    const gz = gzipSync(plain, { level: 9 });
    if (br.length < plain.length) await writeFile(`${path}.br`, br);
    if (gz.length < plain.length) await writeFile(`${path}.gz`, gz);
    sizes.push({ name: path.slice(folder.length + 1), plain: plain.length, gz: gz.length, br: br.length });
  }
  return sizes;
}
