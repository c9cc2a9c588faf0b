/** Whether a result may be written where the user says. */

import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { expectWritable } from "../store/atomic.js";
import { InputError } from "../util/errors.js";

/** Nothing is computed for a file that cannot be written. @param option that names it. */
export function expectFree(out: string, force: boolean, option = "--out"): void {
  const folder = dirname(out);
  if (!existsSync(folder)) throw new InputError(`${out}: there is no folder ${folder}; make it first`);
  const there = existsSync(out);
  if (there && !statSync(out).isFile()) throw new InputError(`${out} is not a regular file; choose another ${option}`);
  if (there && !force) throw new InputError(`${out} exists; choose another ${option}, or overwrite it with --force`);
  expectWritable(out);
}
