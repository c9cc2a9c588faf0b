/**
 * Holds package.json's `exports` to the barrels: one subpath for each `src/<folder>/index.ts`, none missing, none extra.
 * `--write` regenerates them.
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "./list-files.mjs";
import { isMain, root } from "./run-command.mjs";

/** The `exports` that a tree should declare. */
export function expectedExports(base) {
  const barrels = listFiles(base, "src", (name) => name === "index.ts").filter((file) => file.split("/").length === 3);
  const entry = (path) => ({ types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` });
  return {
    ".": entry("index"),
    ...Object.fromEntries(
      barrels.map((file) => file.split("/")[1]).map((folder) => [`./${folder}`, entry(`${folder}/index`)]),
    ),
    "./package.json": "./package.json",
  };
}

/** A sentence for each subpath that is missing, extra or wrong. */
export function compareExports(declared = {}, expected) {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(declared)])];
  return paths.flatMap((path) => {
    if (!(path in declared)) return [`exports lacks ${path}, which has a barrel`];
    if (!(path in expected)) return [`exports has ${path}, which has no barrel`];
    // The order of conditions is their meaning: types first, default last.
    const [given, wanted] = [JSON.stringify(declared[path]), JSON.stringify(expected[path])];
    return given === wanted ? [] : [`exports ${path} is ${given}, expected ${wanted}`];
  });
}

function main() {
  const file = join(root, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  const expected = expectedExports(root);
  if (process.argv.includes("--write")) {
    writeFileSync(file, `${JSON.stringify({ ...manifest, exports: expected }, null, 2)}\n`);
    console.log(`exports: wrote ${Object.keys(expected).length} subpaths`);
    return 0;
  }
  const problems = compareExports(manifest.exports, expected);
  if (!existsSync(join(root, "src/index.ts"))) problems.push("there is no src/index.ts, which exports . stands for");
  for (const line of problems) console.log(line);
  if (problems.length > 0) console.log("regenerate them: node scripts/check-exports.mjs --write");
  console.log(`exports: ${Object.keys(expected).length} subpaths, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

if (isMain(import.meta.url)) process.exitCode = main();
