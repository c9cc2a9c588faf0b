/**
 * One writer per run directory.
 *
 * Each contender makes a lock file under a name of its own, `.lock-<pid>-<start time>-<host>`, and then looks at the
 * others: those of dead processes are removed, a live one wins. Of two that come at once each sees the other, so never
 * both go on; and a name is never used twice, so a stale lock can be removed without taking someone's fresh one.
 */

import { closeSync, existsSync, openSync, readdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { InputError } from "../util/errors.js";
import { removeStale } from "./atomic.js";
import { errorCode, onDisk } from "./disk.js";
import { isAlive, startTime } from "./process-alive.js";

const lockName = /^\.lock-(\d+)-(\d+)-(.+)$/;

const ownHost = (): string => hostname().replace(/[^A-Za-z0-9.-]/g, "_");

const inUse = (dir: string, pid: number | string, host: string, name: string): InputError =>
  new InputError(
    `${dir} is in use by process ${pid} on ${host}: wait for it or stop it; if it does not run any more, remove ${join(dir, name)}`,
  );

function makeLock(dir: string, name: string, host: string): void {
  try {
    closeSync(openSync(join(dir, name), "wx"));
  } catch (error) {
    throw errorCode(error) === "EEXIST" ? inUse(dir, process.pid, host, name) : error;
  }
}

/** @throws InputError when a lock other than `own` may be alive: one of another machine always may. */
function yieldToOthers(dir: string, own: string, host: string): void {
  for (const name of readdirSync(dir)) {
    const [, pid, started, owner] = lockName.exec(name) ?? [];
    if (name === own || pid === undefined || owner === undefined) continue;
    if (owner !== host || isAlive(Number(pid), started)) throw inUse(dir, pid, owner, name);
    rmSync(join(dir, name), { force: true });
  }
}

/** Whether a name in a folder is that of a lock, whoever made it. */
export const isLock = (name: string): boolean => lockName.test(name);

/** Whether a process that may be alive has locked a run directory; nothing is changed. A folder that is gone has none. */
export function isRunLocked(dir: string): boolean {
  const host = ownHost();
  const names = existsSync(dir) ? onDisk(`cannot read ${dir}`, () => readdirSync(dir)) : [];
  return names.some((name) => {
    const [, pid, started, owner] = lockName.exec(name) ?? [];
    return pid !== undefined && (owner !== host || isAlive(Number(pid), started));
  });
}

/**
 * Locks a run directory for this process and removes the temporaries a killed one left; returns the release function.
 *
 * The lock of a process that was killed is taken over. One of another machine is never: its process cannot be seen.
 * @throws InputError when another process holds the lock, or this one does already, or the disk refuses.
 */
export function lockRunDirectory(dir: string): () => void {
  const host = ownHost();
  const own = `.lock-${process.pid}-${startTime(process.pid)}-${host}`;
  const release = (): void => rmSync(join(dir, own), { force: true });
  onDisk(`cannot lock ${dir}`, () => {
    makeLock(dir, own, host);
    try {
      yieldToOthers(dir, own, host);
      for (const part of ["", "checkpoints", "history", "best", "samples", "figures"]) removeStale(join(dir, part));
    } catch (error) {
      release();
      throw error;
    }
  });
  return release;
}
