/** What the disk says, as one clear line. */

import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../util/errors.js";
import { errorCode, onDisk } from "../util/on-disk.node.js";

export { errorCode, onDisk };

/**
 * Makes a folder, parents included; one that is there is left alone.
 *
 * Not by `recursive`: where the system makes no folders, as in /proc, Node asks again and again and never ends.
 * @throws InputError when the disk refuses.
 */
export function makeFolder(path: string): void {
  const make = (folder: string): void => {
    try {
      mkdirSync(folder);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EEXIST" && statSync(folder).isDirectory()) return;
      if (code !== "ENOENT") throw error;
      if (existsSync(dirname(folder))) throw takesNothing(`cannot create the folder ${path}`, folder);
      make(dirname(folder));
      make(folder);
    }
  };
  onDisk(`cannot create the folder ${path}`, () => make(path));
}

/** What to say where the folder is there and the system still answers that something is missing. */
export const takesNothing = (action: string, path: string): InputError =>
  new InputError(`${action}: the system keeps no files in ${dirname(path)}; choose another folder (ENOENT)`);

/**
 * All bytes of a regular file.
 * @throws InputError when it cannot be read, or is a folder, pipe or device (reading one of those could wait forever).
 */
export function readBytes(file: string): Uint8Array {
  return onDisk(`cannot read ${file}`, () => {
    if (!statSync(file).isFile()) throw new InputError(`cannot read ${file}: it is not a regular file`);
    return readFileSync(file);
  });
}
