/** A folder of compiled modules that only its owner writes, each known to be whole before it is used. */

import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { makeFolders } from "../../util/make-folders.node.js";
import type { Refused } from "./run-tool.node.js";
import { discard, reason, WORK } from "./work-folder.node.js";

/** Milliseconds after which what a process was working on has been left behind. */
const STALE = 3_600_000;
/** Hexadecimal digits by which a file is known to be whole. */
const DIGITS = 32;

const entryName = /^([0-9a-f]{64})-([0-9a-f]{32})\.(node|json)$/;

/** Where modules are kept: what `EBBFLOW_CACHE` says, else the place of a system for what can be made again. */
export function cachePath(env: NodeJS.ProcessEnv): string {
  if (env.EBBFLOW_CACHE) return resolve(env.EBBFLOW_CACHE);
  if (env.XDG_CACHE_HOME) return join(resolve(env.XDG_CACHE_HOME), "ebbflow");
  return join(env.HOME || homedir(), ".cache", "ebbflow");
}

export class CacheFolder {
  private constructor(
    readonly path: string,
    /** Bytes that it may hold. */
    private readonly limit: number,
  ) {}

  /** The folder, made where it was not; refused where others could put something into it. */
  static open(path: string, limit: number): CacheFolder | Refused {
    try {
      makeFolders(path, 0o700);
      const { uid, mode } = statSync(path);
      if (process.getuid && uid !== process.getuid()) return { refused: `${path} belongs to another user` };
      if (mode & 0o022) return { refused: `${path} can be written by other users` };
      return new CacheFolder(path, limit);
    } catch (error) {
      return { refused: `${path} cannot be used: ${reason(error)}` };
    }
  }

  /** The path of what is kept under a key, if it is whole; what is not is removed. */
  find(key: string, kind: "node" | "json"): string | undefined {
    for (const name of this.#names()) {
      const [, owner, digest, ending] = entryName.exec(name) ?? [];
      if (owner !== key || ending !== kind) continue;
      const path = join(this.path, name);
      try {
        if (digestOf(readFileSync(path)) !== digest) rmSync(path, { force: true });
        else {
          touch(path);
          return path;
        }
      } catch {
        // Removed by another process, or not to be read: as if it were not there.
      }
    }
    return undefined;
  }

  /** Keep a file under a key, whole from the first moment it is there; returns its path. Throws where the disk refuses. */
  keep(key: string, kind: "node" | "json", content: Uint8Array | string): string {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const path = join(this.path, `${key}-${digestOf(bytes)}.${kind}`);
    const temporary = join(this.path, `${WORK}${randomBytes(8).toString("hex")}`);
    try {
      writeFileSync(temporary, bytes, { mode: 0o600, flag: "wx" });
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    this.#prune(path);
    return path;
  }

  #names(): string[] {
    try {
      return readdirSync(this.path);
    } catch {
      return [];
    }
  }

  /** Remove what was not used for the longest time, and what processes left that were killed. */
  #prune(fresh: string): void {
    const entries: { path: string; size: number; used: number }[] = [];
    for (const name of this.#names()) {
      const path = join(this.path, name);
      const there = statSync(path, { throwIfNoEntry: false });
      if (!there) continue;
      if (entryName.test(name)) entries.push({ path, size: there.size, used: there.mtimeMs });
      else if (name.startsWith(WORK) && Date.now() - there.mtimeMs > STALE) discard(path);
    }
    let held = entries.reduce((sum, { size }) => sum + size, 0);
    for (const { path, size } of entries.sort((a, b) => a.used - b.used)) {
      if (held <= this.limit) return;
      if (path === fresh) continue;
      discard(path);
      held -= size;
    }
  }
}

const digestOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex").slice(0, DIGITS);

function touch(path: string): void {
  try {
    const now = new Date();
    utimesSync(path, now, now);
  } catch {
    // A folder that is only read keeps no record of it.
  }
}
