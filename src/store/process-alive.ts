/** Is a process that left its pid on the disk still running? */

import { readFileSync } from "node:fs";
import { errorCode } from "./disk.js";

/** State letter and start time (clock ticks since boot) of a process; undefined where the system does not tell. */
function processStat(pid: number): { state: string; started: string } | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in brackets and may hold spaces: count from the last bracket.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", started: fields[19] ?? "0" };
  } catch {
    return undefined;
  }
}

/** When a process started, in clock ticks since boot: tells two processes with one pid apart. `0`: unknown. */
export const startTime = (pid: number): string => processStat(pid)?.started ?? "0";

/**
 * Whether a process of this machine runs.
 *
 * A pid that was given to another process since, and a dead child nobody waited for, count as not running.
 * @param started the `startTime` it had; `0` compares the pid alone.
 */
export function isAlive(pid: number, started = "0"): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as another user.
    if (errorCode(error) !== "EPERM") return false;
  }
  const now = processStat(pid);
  if (now === undefined) return true;
  return !"ZX".includes(now.state) && (started === "0" || started === now.started);
}
