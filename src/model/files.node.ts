/** Models on a disk. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeAtomic } from "../store/atomic.js";
import { errorCode, onDisk, readBytes } from "../store/disk.js";
import { InputError } from "../util/errors.js";
import type { Find, Folder, Write } from "./files.js";

const isPath = (where: unknown): where is string | URL => typeof where === "string" || where instanceof URL;

const pathOf = (where: string | URL): string => (typeof where === "string" ? where : fileURLToPath(where));

/** `null` in place of an error that says there is nothing there. */
function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const cause = error instanceof InputError ? error.cause : error;
    if (["ENOENT", "ENOTDIR"].includes(errorCode(cause) ?? "")) return null;
    throw error;
  }
}

/** A folder on the disk, whether it is there or not. */
export const folderAt = (path: string): Folder => ({
  name: path,
  read: async (name) => orNull(() => readBytes(join(path, name))),
  list: async (name) =>
    orNull(() => onDisk(`cannot read ${join(path, name)}`, () => readdirSync(join(path, name)))) ?? [],
});

/** @throws InputError when there is nothing there, or it cannot be read. */
export const find: Find = async (where) => {
  const path = pathOf(where);
  const isFolder = onDisk(`cannot open ${path}`, () => statSync(path).isDirectory());
  return isFolder ? folderAt(path) : { name: path, bytes: readBytes(path) };
};

/** The file is the old one or the new one, whatever happens in between. @throws InputError when the disk refuses. */
export const write: Write = async (where, bytes) => {
  if (!isPath(where)) throw new InputError("save: expected a path, such as mine.ebbflow");
  writeAtomic(pathOf(where), bytes);
};
