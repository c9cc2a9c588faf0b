/** Lists and hashes files of the repository. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files below a folder whose name the filter keeps, as sorted paths with `/`, relative to `base`; none when absent. */
export function listFiles(base, folder, keep = () => true) {
  if (!existsSync(join(base, folder))) return [];
  return readdirSync(join(base, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return listFiles(base, path, keep);
      return keep(entry.name) ? [path] : [];
    })
    .sort();
}

/** TypeScript that is shipped: no tests, no declarations. */
export const isSource = (name) => /\.[cm]?tsx?$/.test(name) && !/\.(test|test-d|d)\.[cm]?tsx?$/.test(name);

/** One digest of the names and contents of files and of further words. */
export function hashFiles(base, files, ...words) {
  const hash = createHash("sha256");
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(base, file)))
      .update("\0");
  for (const word of words) hash.update(`${word}\0`);
  return hash.digest("hex");
}
