/** Files that are either the old one or the new one, whatever happens in between. */

import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { threadId } from "node:worker_threads";
import { InputError } from "../util/errors.js";
import { errorCode, onDisk, takesNothing } from "./disk.js";
import { isAlive } from "./process-alive.js";

let counter = 0;

/** `<name>.<pid>-<thread>-<counter>.tmp` */
const temporaryName = /\.(\d+)-(\d+)-\d+\.tmp$/;

/** Opens a file that was not there: a left-over of an earlier process with this pid is never written into. */
function openTemporary(path: string): { temporary: string; descriptor: number } {
  for (;;) {
    counter += 1;
    const temporary = join(dirname(path), `${basename(path)}.${process.pid}-${threadId}-${counter}.tmp`);
    try {
      return { temporary, descriptor: openSync(temporary, "wx") };
    } catch (error) {
      if (errorCode(error) === "ENOENT" && existsSync(dirname(path))) throw takesNothing(`cannot write ${path}`, path);
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
}

/**
 * Nothing is left where the file can be written, not even by a process that was killed while it wrote it.
 * @throws InputError as `writeAtomic` would, but before there is anything to write.
 */
export function expectWritable(path: string): void {
  onDisk(`cannot write ${path}`, () => {
    const { temporary, descriptor } = openTemporary(path);
    closeSync(descriptor);
    discard(temporary);
  });
  removeStale(dirname(path), basename(path));
}

/** Removes a temporary; when even that is refused, the error that led here is the one to report. */
function discard(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch {
    // `removeStale` finds it later.
  }
}

/** Makes a rename in a folder survive a power cut. Windows and some network disks cannot and need not do this. */
function syncDirectory(dir: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(dir, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** What a file takes the place of: the end of a link, with its permissions where it is there. */
function replaced(path: string): { target: string; mode?: number } {
  const there = statSync(path, { throwIfNoEntry: false });
  if (!there) return { target: path };
  // To replace a device would take it from everybody else.
  if (!there.isFile()) throw new InputError(`cannot write ${path}: it is not a regular file`);
  return { target: realpathSync(path), mode: there.mode & 0o777 };
}

/**
 * Writes a whole file so that a reader, a crash or a full disk finds the old content or the new one, never a mix.
 *
 * temporary in the same folder → write → fsync → rename → fsync of the folder. Returns when the content is on the disk.
 * A link stays a link to the file that is written, and a file keeps its permissions.
 * @throws InputError when the disk refuses or something else than a file is there; then the old file is untouched and the
 * temporary is gone.
 */
export function writeAtomic(path: string, content: Uint8Array | string): void {
  onDisk(
    `cannot write ${path}`,
    () => {
      const { target, mode } = replaced(path);
      const { temporary, descriptor } = openTemporary(target);
      try {
        try {
          if (mode !== undefined) fchmodSync(descriptor, mode);
          writeFileSync(descriptor, content);
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
        renameSync(temporary, target);
      } catch (error) {
        discard(temporary);
        throw error;
      }
    },
    `nothing was lost: ${existsSync(path) ? "the file that was there is unchanged" : "no part of it was written"}`,
  );
  const action = `${path} is written, but a power cut may undo it`;
  onDisk(action, () => syncDirectory(dirname(path)));
}

/**
 * The same of a file that is written part by part; until all parts are there, and where one fails, the old file is.
 * @throws InputError as `writeAtomic` does.
 */
export async function writeAtomicParts(path: string, parts: AsyncIterable<string>): Promise<void> {
  const disk = <Result>(work: () => Result): Result => onDisk(`cannot write ${path}`, work);
  const { target, mode } = disk(() => replaced(path));
  const { temporary, descriptor } = disk(() => openTemporary(target));
  try {
    try {
      if (mode !== undefined) disk(() => fchmodSync(descriptor, mode));
      for await (const part of parts) disk(() => writeFileSync(descriptor, part));
      disk(() => fsyncSync(descriptor));
    } finally {
      closeSync(descriptor);
    }
    disk(() => renameSync(temporary, target));
  } catch (error) {
    discard(temporary);
    throw error;
  }
  onDisk(`${path} is written, but a power cut may undo it`, () => syncDirectory(dirname(path)));
}

/** Whether a name is that of a temporary of the file `of`. */
export const isTemporary = (name: string, of: string): boolean =>
  temporaryName.test(name) && name.startsWith(`${of}.`) && name.replace(temporaryName, "") === of;

/**
 * Removes the temporaries that killed processes left in a folder, those of one file where it is named, and says which; a
 * missing folder has none.
 *
 * Those of a running process, and files that only end in `.tmp`, stay.
 * @throws InputError when the folder cannot be read or a left-over cannot be removed.
 */
export function removeStale(dir: string, of?: string): string[] {
  return onDisk(`cannot remove left-over temporaries in ${dir}`, () => {
    if (!existsSync(dir)) return [];
    const stale = readdirSync(dir).filter((name) => {
      const [, pid, thread] = temporaryName.exec(name) ?? [];
      if (pid === undefined || (of !== undefined && !isTemporary(name, of))) return false;
      // This thread is not writing now, so one with its own mark is from an earlier process with the same pid.
      return Number(pid) === process.pid ? Number(thread) === threadId : !isAlive(Number(pid));
    });
    for (const name of stale) unlinkSync(join(dir, name));
    return stale;
  });
}
