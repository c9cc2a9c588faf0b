/** A run that exists: its configuration, rows and model. */

import { join } from "node:path";
import { type NamedBytes, type RunFiles, runOf } from "../model/run-files.js";
import { readBytes } from "../store/disk.js";
import { openRunDirectory, type RunDirectory } from "../store/run-directory.js";

export interface OpenRun extends Omit<RunFiles, "info"> {
  readonly directory: RunDirectory;
}

/** Where the best parameters on validation rows are kept. */
export const bestFolder = (directory: RunDirectory): string => join(directory.path, "best");

/** @throws InputError when the folder is not a run, is damaged, or was written by a newer version. */
export function openRun(path: string): OpenRun {
  const directory = openRunDirectory(path);
  const read = (name: string): NamedBytes => ({ bytes: readBytes(name), name });
  const { run, config, data } = directory.files;
  const { info: _, ...files } = runOf({ info: read(run), config: read(config), data: read(data) }, path);
  return { directory, ...files };
}
