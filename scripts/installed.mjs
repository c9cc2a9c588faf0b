/**
 * What a user installs with ebbflow, from the lock file: `node scripts/installed.mjs` writes the list of `docs/installed.md`
 * anew. A test holds the page to the lock file, and the lock file to hashes.
 */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, root } from "./run-command.mjs";

const [begin, end] = ["<!-- list -->", "<!-- end of list -->"];
const page = join(root, "docs/installed.md");

export const readLock = () => JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

/**
 * Packages that come with ebbflow, sorted by name: `{ name, version, because, license, script, optional }`. `because` are
 * the direct dependencies that need it; `script` tells whether it wants to run something when it is installed.
 */
export function installedOf({ packages }) {
  const { dependencies, optionalDependencies } = packages[""];
  const reached = new Map();
  const visit = (path, top) => {
    const known = reached.get(path);
    if (known?.has(top)) return;
    reached.set(path, (known ?? new Set()).add(top));
    const { dependencies: needs = {}, optionalDependencies: may = {} } = packages[path];
    for (const name of Object.keys({ ...needs, ...may })) {
      const at = resolve(packages, path, name);
      if (at) visit(at, top);
    }
  };
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(`node_modules/${name}`, name);
  return [...reached]
    .map(([path, because]) => ({ path, ...factsOf(path, packages[path]), because: [...because].toSorted() }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a package finds another, as Node looks for it: in its own folder and in those above. */
function resolve(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const path = `${folder ? `${folder}/` : ""}node_modules/${name}`;
    if (packages[path]) return path;
    if (!folder) return null;
  }
}

const factsOf = (path, { version, license = "not named", hasInstallScript = false, optional = false }) => ({
  name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
  ...{ version, license, script: hasInstallScript, optional },
});

/** The list of the page: a row a package, with its size on this disk. */
function listOf(packages) {
  const rows = packages.map(({ path, name, version, license, script, because }) => {
    const needed = because.includes(name) ? "ebbflow" : because.join(", ");
    return `| ${name} | ${version} | ${license} | ${sizeOf(join(root, path))} | ${script ? "yes" : ""} | ${needed} |`;
  });
  return `| package | version | license | size | install script | needed by |\n|---|---|---|---|---|---|\n${rows.join("\n")}`;
}

/** Of its files, without those of packages inside of it. */
function sizeOf(folder) {
  const bytes = (at) =>
    readdirSync(at, { withFileTypes: true }).reduce((sum, entry) => {
      if (entry.name === "node_modules") return sum;
      const path = join(at, entry.name);
      return sum + (entry.isDirectory() ? bytes(path) : statSync(path).size);
    }, 0);
  if (!existsSync(folder)) return "not here";
  const size = bytes(folder);
  return size < 1e6 ? `${Math.ceil(size / 1e3)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}

/** Rows of the page: name, version and whether it has a script. */
export function listed() {
  const text = readFileSync(page, "utf8");
  const lines = text.slice(text.indexOf(begin), text.indexOf(end)).split("\n");
  return lines
    .filter((line) => /^\| [a-z@]/.test(line) && !line.startsWith("| package"))
    .map((line) => {
      const [, name, version, , , script] = line.split("|").map((cell) => cell.trim());
      return { name, version, script: script === "yes" };
    });
}

if (isMain(import.meta.url)) {
  const text = readFileSync(page, "utf8");
  const list = listOf(installedOf(readLock()));
  writeFileSync(
    page,
    `${text.slice(0, text.indexOf(begin) + begin.length)}\n${list}\n${text.slice(text.indexOf(end))}`,
  );
}
