/** Folders for work that nobody else sees and that is gone when it is done. */

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isRefused, type Refused } from "./run-tool.node.js";

/** What their names begin with, by which they are found where a process was killed. */
export const WORK = "work-";

const open = new Set<string>();
let watched = false;

function openWork(place: string): string {
  const path = mkdtempSync(join(place, WORK));
  open.add(path);
  if (!watched) process.on("exit", () => open.forEach(discard));
  watched = true;
  return path;
}

/**
 * Do something in a folder in the first of several places where it succeeds: one may be full, read only or without
 * permission to run what lies there, and not every tool says so. What took too long is not tried again. The folder is
 * removed, whatever comes.
 */
export async function inWorkFolder<Result extends object>(
  places: readonly string[],
  work: (path: string) => Promise<Result | Refused>,
): Promise<Result | Refused> {
  let refused: Refused = { refused: "there is no folder to work in" };
  for (const place of places) {
    let path: string | undefined;
    try {
      path = openWork(place);
      const result = await work(path);
      if (!isRefused(result) || result.late) return result;
      refused = result;
    } catch (error) {
      refused = { refused: `${place} cannot be worked in: ${reason(error)}` };
    } finally {
      if (path) {
        discard(path);
        open.delete(path);
      }
    }
  }
  return refused;
}

/** Remove a file or a folder; what cannot be removed stays. */
export function discard(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // It is found by its age later.
  }
}

/** What a disk said, without the path and the call. */
export const reason = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n")[0] ?? "").replace(/, \w+ '.*$/, "") : String(error);
