/** The folder of data of an experiment, on a disk. */

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { sha256 } from "#sha256";
import { unzipped } from "../data/load-csv.js";
import { onDisk, readBytes } from "../store/disk.js";
import { InputError } from "../util/errors.js";
import type { DataFile, DataNeed, ReadData } from "./data-files.js";

/** Paths of the files of a folder and of the folders directly in it, in order. */
function filesBelow(folder: string): string[] {
  const entries = (path: string) =>
    onDisk(`cannot read the folder ${join(folder, path)}`, () =>
      readdirSync(join(folder, path), { withFileTypes: true }),
    );
  const within = (path: string): string[] =>
    entries(path).flatMap((entry) => (entry.isDirectory() ? [] : [path ? `${path}/${entry.name}` : entry.name]));
  const below = entries("").flatMap((entry) => (entry.isDirectory() ? within(entry.name) : []));
  return [...within(""), ...below].sort();
}

/** The files that an experiment takes of a folder. @throws InputError when the folder cannot be read, or has none of them. */
export function takeFiles(folder: string, { about, takes }: DataNeed): readonly DataFile[] {
  const paths = filesBelow(folder).filter((path) => takes(basename(path)));
  if (paths.length === 0) throw new InputError(`${folder} has none of the files; expected ${about}`);
  return paths.map((path) => ({ name: basename(path), path, sha256: sha256(readBytes(join(folder, path))) }));
}

/** Reads the files of a folder. */
export const readFrom =
  (folder: string): ReadData =>
  async ({ path, sha256: expected }) => {
    const where = join(folder, path);
    const bytes = readBytes(where);
    if (sha256(bytes) !== expected)
      throw new InputError(`${where} has changed since the experiment began; begin again with --force`);
    return unzipped(bytes, where);
  };
