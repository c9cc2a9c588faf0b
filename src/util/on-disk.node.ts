/** What the system says of files, as one clear line. Node only. */

import { InputError } from "./errors.js";

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
  ["ENXIO", "nobody reads this pipe, or there is no such device"],
  ["ENOMEM", "there is no memory left"],
  ["EAGAIN", "the system has no more of it now (threads, memory); raise its limits"],
  ["ERR_FS_FILE_TOO_LARGE", "the file is larger than 2 GiB"],
]);

/** The code of an error of the operating system, such as `ENOENT`; undefined for any other error, Node's own included. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && (/^E[A-Z0-9]+$/.test(code) || reasons.has(code)) ? code : undefined;
}

/** What an error of the operating system says, in words and with its code; undefined for any other error. */
export function reasonOf(error: unknown): string | undefined {
  const code = errorCode(error);
  return code === undefined ? undefined : `${reasons.get(code) ?? "the system refuses"} (${code})`;
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
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new InputError(`${action}: ${reason}${note === undefined ? "" : `; ${note}`}`, [], { cause: error });
  }
}
