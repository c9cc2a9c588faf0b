/** A real disk of a few pages, so that a full disk is a full disk. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/**
 * Mounts a file system in memory, hands its folder to `work`, and unmounts it.
 * Returns false, without calling `work`, where this needs rights the process does not have.
 */
export function withTinyDisk(kibibytes: number, work: (dir: string) => void): boolean {
  const dir = mkdtempSync(join(tmpdir(), "ebbflow-disk-"));
  try {
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", dir], { stdio: "ignore" });
    } catch {
      return false;
    }
    try {
      work(dir);
    } finally {
      // Lazily: a failed test may have left a file open on it.
      execFileSync("umount", ["-l", dir]);
    }
    return true;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Such a folder until the current test is over; `undefined` where this needs rights the process does not have. */
export function tinyDisk(kibibytes: number): string | undefined {
  const dir = mkdtempSync(join(tmpdir(), "ebbflow-disk-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${kibibytes}k`, "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", dir]));
  return dir;
}
