// The rows of the API as types: node console/build/types.mjs schema/openapi.json schema.d.ts. Run by `cargo xtask gen`.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import openapi, { astToString } from "openapi-typescript";

const [from, to] = process.argv.slice(2);
const document = JSON.parse(await readFile(from, "utf8"));
// Paths are left out: the pages name them, and what they answer is these schemas.
const types = await openapi({ ...document, paths: {} }, { rootTypes: true, rootTypesNoSchemaPrefix: true, immutable: true, alphabetize: true });
await mkdir(dirname(to), { recursive: true });
await writeFile(to, `// Made by \`cargo xtask gen\` from schema/openapi.json.\n${astToString(types)}`);
