/** The written list of layers: imports point down it, never up, never across a line, never in a circle. */

import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join, posix } from "node:path";
import { findCycles } from "./find-cycles.mjs";
import { isSource, listFiles } from "./list-files.mjs";
import { readImports } from "./parse-source.mjs";

/** From the ground up. Folders of one line do not know each other. */
export const layers = [
  ["util"],
  ["formats"],
  ["ir"],
  ["ops"],
  ["autodiff", "onnx", "compiler"],
  ["random"],
  ["runtime"],
  ["nn", "optim", "data"],
  ["energies"],
  ["flows", "families"],
  ["samplers"],
  ["objectives", "metrics"],
  ["doctor", "estimators", "inference"],
  ["store", "report"],
  ["config"],
  ["evaluation"],
  ["model"],
  ["train"],
  ["belief", "conditional"],
  ["run"],
  ["experiments"],
  ["catalog"],
  ["serve"],
  ["cli"],
];

/** Inside a large folder, from the ground up: its contract lies directly in it, what is not named on top (registry, barrel). */
const inside = {
  flows: ["bijector.ts", "event-kind.ts", "chain.ts", "image"],
  objectives: ["training-metric.ts", "objective.ts", "parts", "methods"],
  samplers: [
    ...["target.ts", "sampler.ts", "parts", "kernels"],
    // What is built of kernels finds them in registries, by their facts.
    ...["local-members.ts", "jump-members.ts", "roles", "composites", "driver"],
  ],
};

const rank = new Map(layers.flatMap((folders, level) => folders.map((folder) => [folder, level])));

/** Everything else must also run in a browser. */
const nodePlaces = [
  /^src\/(store|run|serve|cli)\//,
  /^src\/runtime\/(ort|serve|thread)-node\.ts$/,
  /^src\/data\/load-csv\.ts$/,
  /\.node\.ts$/,
];
const nodePackages = new Set([
  "onnxruntime-node",
  "commander",
  "hono",
  "@hono/node-server",
  "open",
  "linkedom",
  "@resvg/resvg-wasm",
  "@fontsource/dejavu-sans",
]);
const builtins = new Set(builtinModules);

const folderOf = (file) => (file.split("/").length > 2 ? file.split("/")[1] : "");
const isBarrel = (file) => posix.basename(file) === "index.ts";
const isTop = (file) => file === "src/index.ts";

/** `@scope/name` or `name` of a bare specifier. */
const packageOf = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** Where a file stands in its folder: its rank there, and the name of that. */
function placeOf(file) {
  const [, folder, name] = file.split("/");
  const at = inside[folder]?.indexOf(name) ?? 0;
  return { name, at: at < 0 ? Number.POSITIVE_INFINITY : at };
}

/** Why a file may not import another one of its own folder; undefined when it may. */
function refuseInside(from, to) {
  const [own, other] = [placeOf(from), placeOf(to)];
  return other.at > own.at ? `${own.name} is below ${other.name} in ${folderOf(from)} and may not know it` : undefined;
}

/** Why a file of src may not import another one; undefined when it may. */
function refuseFile(from, to, files) {
  if (!files.has(to)) return to.startsWith("src/") ? `there is no ${to}` : `${to} is outside src`;
  if (isTop(from)) return undefined;
  const [own, other] = [folderOf(from), folderOf(to)];
  if (isTop(to) && own !== "cli") return "src/index.ts is on top: import the file that defines the thing";
  if (!rank.has(own) || (!isTop(to) && !rank.has(other))) return undefined; // reported by its own rule
  if (isBarrel(to) && own !== "cli") return `${to} is a barrel, for outsiders: import the file that defines the thing`;
  if (isTop(to)) return undefined;
  if (own === other) return refuseInside(from, to);
  if (rank.get(other) > rank.get(own)) return `${own} is below ${other} and may not know it`;
  if (rank.get(other) === rank.get(own)) return `${own} and ${other} are one layer and may not know each other`;
  return undefined;
}

/** Why a file of src may not import a package; undefined when it may. */
function refusePackage(from, specifier, declared) {
  const inNode = nodePlaces.some((place) => place.test(from));
  const name = packageOf(specifier);
  if (specifier.startsWith("node:") || builtins.has(name))
    return inNode ? undefined : `${specifier} exists in Node only, and this file must run in the browser`;
  if (name === "ebbflow") return "the package does not import itself: import the file";
  if (!declared.has(name)) return `${name} is not among the dependencies in package.json`;
  return inNode || !nodePackages.has(name)
    ? undefined
    : `${name} runs in Node only, and this file must run in the browser`;
}

/** What a `#name` of package.json's `imports` stands for: files of dist, or packages. */
function aliasTargets(manifest, specifier) {
  const entry = manifest.imports?.[specifier];
  return typeof entry === "object" ? Object.values(entry) : entry ? [entry] : [];
}

const sourceOf = (path) => path.replace(/^\.\/dist\//, "src/").replace(/\.js$/, ".ts");

function refuse(from, { specifier }, { files, manifest, declared }) {
  if (specifier.startsWith("."))
    return specifier.endsWith(".js")
      ? [refuseFile(from, resolveRelative(from, specifier), files)]
      : [`${specifier}: files are imported with their .js extension`];
  if (!specifier.startsWith("#")) return [refusePackage(from, specifier, declared)];
  const targets = aliasTargets(manifest, specifier);
  if (targets.length === 0) return [`${specifier} is not among the imports in package.json`];
  return targets.map((to) =>
    to.startsWith(".") ? refuseFile(from, sourceOf(to), files) : refusePackage(from, to, declared),
  );
}

const resolveRelative = (from, specifier) => posix.join(posix.dirname(from), specifier).replace(/\.js$/, ".ts");

/** Folders that stand outside see what a user sees: ebbflow by its name, themselves, and what each has of its own. */
const outside = [
  // The profiler of the engine is only reached through the engine itself.
  { folder: "bench", own: /^(node:|onnxruntime-node$)/, also: "node:" },
  { folder: "studio/src", own: /^(?!(\.|node:|onnxruntime))/, also: "packages of its own" },
];

function checkOutside(base, { folder, own, also }) {
  const isCode = (name) => /\.[cm]?[jt]sx?$/.test(name) && !/\.(test|config)\.ts$/.test(name);
  return listFiles(base, folder, isCode).flatMap((file) =>
    readImports(file, readFileSync(join(base, file), "utf8")).flatMap(({ specifier, line }) => {
      const stays = specifier.startsWith(".") && posix.join(posix.dirname(file), specifier).startsWith(`${folder}/`);
      if (stays || /^ebbflow(\/|$)/.test(specifier) || own.test(specifier)) return [];
      return [
        { file, line, message: `${specifier}: ${folder.split("/")[0]} imports only ebbflow, ebbflow/… and ${also}` },
      ];
    }),
  );
}

/** Every violation below a root: `{ file, line, message }`. */
export function checkLayers(base) {
  const manifest = JSON.parse(readFileSync(join(base, "package.json"), "utf8"));
  const declared = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  const paths = listFiles(base, "src", isSource);
  const tree = { files: new Set(paths), manifest, declared };
  // Of any kind: what a type or a lazy import closes is a circle to the reader too.
  const knows = new Map();
  const found = [];
  for (const file of paths) {
    const folder = folderOf(file);
    if (!rank.has(folder) && !isTop(file))
      found.push({
        file,
        line: 1,
        message: folder ? `folder src/${folder} is not in the list of layers` : "only index.ts lies directly in src",
      });
    const imports = readImports(file, readFileSync(join(base, file), "utf8"));
    for (const one of imports)
      for (const message of refuse(file, one, tree)) if (message) found.push({ file, line: one.line, message });
    const own = imports.filter(({ specifier }) => specifier.startsWith("."));
    knows.set(
      file,
      own.map(({ specifier }) => resolveRelative(file, specifier)),
    );
  }
  for (const cycle of findCycles(knows))
    found.push({ file: cycle[0], line: 1, message: `cycle: ${cycle.join(" → ")}` });
  return [...found, ...outside.flatMap((one) => checkOutside(base, one))];
}

/** `src/a.ts:3: message` */
export const showViolation = ({ file, line, message }) => `${file}:${line}: ${message}`;
