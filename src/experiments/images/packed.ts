/** Images of the files that the user of an experiment gives it, read by the formats of images. */

import type { Folder, ImageFormat, Part } from "../../data/images/images.js";
import { InputError } from "../../util/errors.js";
import type { DataFile, ReadData } from "../data-files.js";
import type { ClassedImages } from "./study.js";

/**
 * A part of the images that a format finds among some files.
 * @throws InputError when a file is missing, damaged, or has no classes.
 */
export async function readPacked(
  format: ImageFormat,
  part: Part,
  files: readonly DataFile[],
  read: ReadData,
): Promise<ClassedImages> {
  const bytes = new Map<string, Uint8Array>();
  for (const file of files) bytes.set(file.name, await read(file));
  const folder: Folder = { source: "the folder", names: [...bytes.keys()].sort(), read: (name) => bytes.get(name)! };
  const { source, shape, levels, labels } = format.read(folder, part);
  if (!labels) throw new InputError(`${source} has no classes: its labels are missing`);
  return { shape, levels, labels };
}
