/** A run that exists: its configuration, rows and model. */

import { join } from "node:path";
import type { RunConfig } from "../config/config.js";
import { parseConfig } from "../config/config-text.js";
import { buildModel, classCount, type RunData } from "../config/prepare.js";
import { decodeRunData } from "../config/run-data.js";
import type { Model } from "../objectives/objective.js";
import { readBytes } from "../store/disk.js";
import { openRunDirectory, type RunDirectory } from "../store/run-directory.js";

export interface OpenRun {
  readonly directory: RunDirectory;
  readonly config: RunConfig;
  readonly data: RunData;
  readonly model: Model;
}

/** Where the best parameters on validation rows are kept. */
export const bestFolder = (directory: RunDirectory): string => join(directory.path, "best");

/** @throws InputError when the folder is not a run, is damaged, or was written by a newer version. */
export function openRun(path: string): OpenRun {
  const directory = openRunDirectory(path);
  const config = parseConfig(new TextDecoder().decode(readBytes(directory.files.config)), directory.files.config);
  const { data: file } = directory.files;
  const data = decodeRunData(readBytes(file), file);
  return { directory, config, data, model: buildModel(config, data.train.shape.slice(1), classCount(data)) };
}
