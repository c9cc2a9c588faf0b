/** A folder with those above it. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Make a folder, and those above it that are not there. Where the system says of a folder that is there that it is not,
 * as in `/proc`, Node's own way goes on for ever; this one throws what the system says.
 */
export function makeFolders(path: string, mode?: number): void {
  const make = (): void => void mkdirSync(path, mode === undefined ? {} : { mode });
  try {
    make();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" && dirname(path) !== path) {
      makeFolders(dirname(path), mode);
      make();
      // What is there already is for others to say what it is, unless it is in the way.
    } else if (code === "EEXIST") mkdirSync(path, { recursive: true });
    else throw error;
  }
}
