/** What the disk says, as one clear line. */

import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../util/errors.js";

const reasons: ReadonlyMap<string, string> = new Map([
  ["ENOSPC", "the disk is full; free some space"],
  ["EDQUOT", "the disk quota is used up; free some space"],
  ["EFBIG", "the file would be larger than the system allows"],
  ["EACCES", "permission denied; check who owns the folder"],
  ["EPERM", "the system does not permit it; check who owns the folder"],
  ["EROFS", "the disk is read-only; choose another folder"],
  ["ENOENT", "there is no such file or folder"],
  ["ENOTDIR", "a part of the path is a file, not a folder"],
  ["EISDIR", "it is a folder, not a file"],
  ["ERR_FS_EISDIR", "it is a folder, not a file"],
  ["EEXIST", "something with that name is there already"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ELOOP", "the links on the path go in a circle"],
  ["EBUSY", "another program uses it"],
  ["EMFILE", "too many files are open; raise the limit (ulimit -n)"],
  ["ENFILE", "too many files are open on this machine"],
  ["EIO", "the disk reports a hardware error; check the disk"],
  ["ERR_FS_EISDIR", "it is a folder, not a file"],
  ["ERR_FS_FILE_TOO_LARGE", "the file is larger than 2 GiB"],
]);

/** The code of an error of the operating system, such as `ENOENT`; undefined for any other error, Node's own included. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && (/^E[A-Z0-9]+$/.test(code) || reasons.has(code)) ? code : undefined;
}

/**
 * What `work` returns.
 * @param action opens the message, such as `cannot write runs/a/run.json`.
 * @param note ends it: what became of the data.
 * @throws InputError in place of an error of the operating system; anything else passes through.
 */
export function onDisk<Result>(action: string, work: () => Result, note?: string): Result {
  try {
    return work();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    const reason = reasons.get(code) ?? "the system refuses";
    throw new InputError(`${action}: ${reason} (${code})${note === undefined ? "" : `; ${note}`}`, [], {
      cause: error,
    });
  }
}

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
