/** Modules written as C, compiled by the compiler of this machine, kept for the next time, and loaded. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { CacheFolder, cachePath } from "./cache-folder.node.js";
import { type Compiler, compileObject } from "./compile-object.node.js";
import { findCompiler } from "./find-compiler.node.js";
import type { Processor } from "./processor.js";
import { isRefused, type Refused } from "./run-tool.node.js";
import { inWorkFolder, reason } from "./work-folder.node.js";

/** A module that is loaded. */
export interface CModule {
  /**
   * Compute with typed arrays, as many as the module was written for and each at least as long; what does not fit is a
   * `RangeError`, before anything is touched.
   */
  run(arrays: readonly ArrayBufferView[]): void;
  /**
   * The same in a thread of Node's pool, beside everything else. Until it is done the arrays belong to it: nobody reads or
   * writes them, nor gives their memory to another thread.
   */
  start(arrays: readonly ArrayBufferView[]): Promise<void>;
}

export interface CTarget extends Pick<Compiler, "command" | "flags"> {
  /** What kernels are written for: `cMachine(processor)`. */
  readonly processor: Processor;
  /** Where modules are kept; why nowhere, if they are not. */
  readonly kept: string | Refused;
  /** Of a source that `cMachine(…).finish` gave. */
  compile(source: string): Promise<CModule | Refused>;
}

export interface CTargetOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes of compiled modules that are kept. */
  readonly limit?: number;
  /** Milliseconds for one module. */
  readonly timeout?: number;
}

const LIMIT = 256 * 2 ** 20;
const PATIENCE = 120_000;

interface Exports {
  run(...arrays: readonly ArrayBufferView[]): void;
  start(...arrays: readonly ArrayBufferView[]): Promise<void>;
}

function load(path: string): CModule | Refused {
  const module = { exports: {} as Exports };
  try {
    process.dlopen(module, path);
    const { run, start } = module.exports;
    return { run: (arrays) => run(...arrays), start: async (arrays) => start(...arrays) };
  } catch (error) {
    return { refused: `a compiled module cannot be loaded: ${reason(error)}` };
  }
}

/** The compiler of this machine, ready to work, or why there is none. */
export async function openCTarget(options: CTargetOptions = {}): Promise<CTarget | Refused> {
  const { env = process.env, limit = LIMIT, timeout = PATIENCE } = options;
  const folder = CacheFolder.open(cachePath(env), limit);
  const cache = isRefused(folder) ? undefined : folder;
  const places = [...(cache ? [cache.path] : []), env.TMPDIR || tmpdir()];
  const compiler = await findCompiler({ env, cache, places });
  if (isRefused(compiler)) return compiler;
  const loaded = new Map<string, Promise<CModule | Refused>>();
  return {
    command: compiler.command,
    flags: compiler.flags,
    processor: compiler.processor,
    kept: isRefused(folder) ? folder : folder.path,
    compile(source) {
      const key = createHash("sha256").update(`${compiler.identity}\0${source}`).digest("hex");
      const known = loaded.get(key);
      if (known) return known;
      const made = make(compiler, key, source, { cache, places, timeout });
      loaded.set(key, made);
      // What failed may succeed later: a full disk is emptied.
      void made.then((result) => isRefused(result) && loaded.delete(key));
      return made;
    },
  };
}

interface Means {
  readonly cache: CacheFolder | undefined;
  readonly places: readonly string[];
  readonly timeout: number;
}

async function make(compiler: Compiler, key: string, source: string, means: Means): Promise<CModule | Refused> {
  const { cache, places, timeout } = means;
  const kept = cache?.find(key, "node");
  if (kept) {
    const module = load(kept);
    if (!isRefused(module)) return module;
  }
  return inWorkFolder(places, async (work) => {
    const object = await compileObject(compiler, source, work, timeout);
    if (isRefused(object)) return object;
    // Kept once it has been loaded: what a process does not survive is not found by the next.
    const here = load(object.path);
    const path = keep(cache, key, object.path);
    return isRefused(here) && path !== undefined ? load(path) : here;
  });
}

function keep(cache: CacheFolder | undefined, key: string, path: string): string | undefined {
  try {
    return cache?.keep(key, "node", readFileSync(path));
  } catch {
    // A full disk: it works without.
    return undefined;
  }
}

let opened: Promise<CTarget | Refused> | undefined;

/** The same for the whole process, as its environment says when it is first asked. */
export const cTarget = (): Promise<CTarget | Refused> => {
  opened ??= openCTarget();
  return opened;
};
