/** A folder of its own for each test. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, onTestFinished } from "vitest";

/** A new empty folder that is removed when the current test is over. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), "ebbflow-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The same for all tests of a suite: it goes with the last of them. */
export function sharedScratch(): string {
  const dir = mkdtempSync(join(tmpdir(), "ebbflow-test-"));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
