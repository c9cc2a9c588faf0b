/** A run that exists: its configuration, model and learned parameters. */

import { join } from "node:path";
import type { RunConfig } from "../config/config.js";
import { parseConfig } from "../config/config-text.js";
import { buildModel, classCount, type RunData } from "../config/prepare.js";
import { trainedParameters } from "../config/what-is-trained.js";
import type { Learned } from "../inference/learned.js";
import type { Model } from "../objectives/objective.js";
import { type LatestCheckpoint, latestCheckpoint, listCheckpoints } from "../store/checkpoint.js";
import { readBytes } from "../store/disk.js";
import { openRunDirectory, type RunDirectory } from "../store/run-directory.js";
import { InputError } from "../util/errors.js";
import { loadRunData } from "./data-file.js";

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
  const data = loadRunData(path);
  return { directory, config, data, model: buildModel(config, data.train.shape.slice(1), classCount(data)) };
}

export interface LearnedAt extends Learned {
  readonly step: number;
  /** Checkpoints that were passed over, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The parameters a run arrived at: the best on validation rows where the run selects those, else the newest.
 * @throws InputError when the run has no valid checkpoint.
 */
export function loadLearned({ directory, config }: OpenRun, select: "best" | "last" = config.select): LearnedAt {
  const best = select === "best" && listCheckpoints(bestFolder(directory)).length > 0;
  const folder = best ? bestFolder(directory) : directory.files.checkpoints;
  if (listCheckpoints(folder).length === 0)
    throw new InputError(`${directory.path}: no checkpoint yet; train it with: ebbflow resume ${directory.path}`);
  const { checkpoint, skipped } = latest(folder, best);
  return { step: checkpoint.step, skipped, ...trainedParameters(config, checkpoint.tensors) };
}

function latest(folder: string, best: boolean): LatestCheckpoint {
  try {
    return latestCheckpoint(folder);
  } catch (error) {
    if (!best || !(error instanceof InputError)) throw error;
    throw new InputError(`${error.message}; the newest parameters may be whole: try --last`, [], { cause: error });
  }
}
