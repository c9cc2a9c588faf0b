/**
 * Makes a clone ready to run: installs the packages and compiles src to dist, each only when something changed.
 * A second call is silent and takes a fraction of a second. Run by `npm start` and `npm test`.
 */

import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hashFiles, isSource, listFiles } from "./list-files.mjs";
import { isMain, npm, packageBin, root, runCommand, tail } from "./run-command.mjs";

const oldestNode = [20, 19];

/** What went wrong, in a sentence for the person at the terminal. */
export class SetupError extends Error {
  name = "SetupError";
}

/** Packages installed and, when `build` is set, dist compiled. @throws SetupError */
export async function setup({ build = true } = {}) {
  checkNode(process.versions.node);
  await installPackages();
  if (build) await buildPackage();
}

/** @throws SetupError when a node version such as `20.19.0` is too old. */
export function checkNode(version) {
  const [major, minor] = version.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetupError(
    `ebbflow needs Node ${oldestNode.join(".")} or newer, this is ${version}: install a newer one from https://nodejs.org`,
  );
}

const readJson = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined);

/** What a manifest, or the lock file's copy of it, asks for. */
const wantedBy = ({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) =>
  JSON.stringify([dependencies, devDependencies, optionalDependencies].map((set) => Object.entries(set).sort()));

/**
 * Whether what npm says it installed is what the lock file asks for, and the lock file what package.json asks for.
 * Packages for other platforms are optional and may be missing.
 */
export function matchesLock(manifest, lock, installed) {
  if (!lock?.packages || !installed?.packages) return false;
  if (wantedBy(manifest) !== wantedBy(lock.packages[""] ?? {})) return false;
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === "" || wanted.link) return true;
    const found = installed.packages[path];
    return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.devOptional);
  });
}

function packagesAreCurrent(stampFile, stamp) {
  if (!existsSync(join(root, "node_modules"))) return false;
  const old = readJson(stampFile);
  if (old?.lock === stamp.lock && old.node === stamp.node) return true;
  if (old && old.node !== stamp.node) return false;
  // Somebody ran npm by hand: nothing to do when the packages are the right ones.
  const files = ["package.json", "package-lock.json", "node_modules/.package-lock.json"];
  const [manifest, lock, installed] = files.map((file) => readJson(join(root, file)));
  return matchesLock(manifest, lock, installed);
}

async function installPackages() {
  const stampFile = join(root, "node_modules/.ebbflow-setup");
  const locked = existsSync(join(root, "package-lock.json"));
  const wanted = wantedBy(readJson(join(root, "package.json")));
  const stamp = { lock: hashFiles(root, locked ? ["package-lock.json"] : [], wanted), node: process.version };
  if (packagesAreCurrent(stampFile, stamp)) {
    if (readJson(stampFile)?.lock !== stamp.lock) writeFileSync(stampFile, JSON.stringify(stamp));
    return;
  }
  await withProgress("installing packages", async () => {
    // Without this, onnxruntime-node's install script fetches CUDA libraries from outside the registry.
    const env = { ...process.env, npm_config_onnxruntime_node_install: "skip", ONNXRUNTIME_NODE_INSTALL: "skip" };
    const quiet = ["--include=dev", "--include=optional", "--no-audit", "--no-fund", "--no-progress"];
    const clean = locked ? await runCommand(npm("ci", ...quiet), { env }) : { code: 1, output: "" };
    if (clean.code === 0) return;
    const loose = await runCommand(npm("install", "--no-save", ...quiet), { env });
    if (loose.code === 0) return;
    throw new SetupError(
      `${tail(clean.output + loose.output)}\nnpm could not install the packages (its last lines are above)`,
    );
  });
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/** dist compiled from src when their contents differ from the last build, and `npx ebbflow` made to run it. @throws SetupError */
export async function buildPackage() {
  const sources = listFiles(root, "src", isSource);
  const settings = ["package.json", "tsconfig.json", "tsconfig.build.json"];
  const hash = hashFiles(root, [...settings, ...sources]);
  const stampFile = join(root, "dist/.ebbflow-build");
  const old = readJson(stampFile);
  const outputs = sources.map((file) => file.replace(/^src/, "dist").replace(/ts(x?)$/, "js"));
  const complete = outputs.every((file) => existsSync(join(root, file)));
  if (old?.hash !== hash || !complete) {
    const removed = old?.sources.some((file) => !sources.includes(file)) ?? true;
    if (removed || !complete) rmSync(join(root, "dist"), { recursive: true, force: true });
    await withProgress("compiling", async () => {
      const tsc = await runCommand(packageBin("typescript", ["-p", "tsconfig.build.json"], "tsc"));
      if (tsc.code !== 0)
        throw new SetupError(`${tail(tsc.output)}\nthe TypeScript sources do not compile (see above)`);
    });
    writeFileSync(stampFile, JSON.stringify({ hash, sources }));
  }
  linkCommand();
}

function linkCommand() {
  const main = join(root, "dist/cli/main.js");
  if (!existsSync(main)) return;
  const folder = join(root, "node_modules/.bin");
  mkdirSync(folder, { recursive: true });
  if (process.platform === "win32") {
    writeFileSync(join(folder, "ebbflow.cmd"), '@node "%~dp0\\..\\..\\dist\\cli\\main.js" %*\r\n');
    return;
  }
  chmodSync(main, 0o755);
  const link = join(folder, "ebbflow");
  const target = "../../dist/cli/main.js";
  const there = lstatSync(link, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() && readlinkSync(link) === target) return;
  rmSync(link, { force: true });
  symlinkSync(target, link);
}

export async function withProgress(what, work) {
  const start = performance.now();
  process.stderr.write(`${what} …`);
  try {
    await work();
    process.stderr.write(` ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  } catch (error) {
    process.stderr.write(" failed\n");
    throw error;
  }
}

/** Run a script's main function; a SetupError is one message and exit code 1. */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof SetupError ? error.message : error);
    process.exitCode = 1;
  }
}

if (isMain(import.meta.url)) await main(() => setup({ build: true }));
