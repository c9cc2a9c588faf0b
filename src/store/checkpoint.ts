/** Everything a run needs to go on, in one file that is complete or not there. */

import { readdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import {
  type Checkpoint,
  checkpointFile,
  checkpointStep,
  decodeCheckpoint,
  encodeCheckpoint,
} from "../formats/checkpoint.js";
import { InputError } from "../util/errors.js";
import { writeAtomic } from "./atomic.js";
import { errorCode, makeFolder, onDisk, readBytes } from "./disk.js";

/** The checkpoint files of a folder by their names, newest (largest step) first; a missing folder has none. */
export function listCheckpoints(dir: string): { step: number; file: string }[] {
  const names = onDisk(`cannot read the checkpoints in ${dir}`, () => {
    try {
      return readdirSync(dir);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw error;
    }
  });
  return names
    .flatMap((name) => {
      const step = checkpointStep(name);
      return step === undefined ? [] : [{ step, file: join(dir, name) }];
    })
    .sort((a, b) => b.step - a.step);
}

/**
 * Writes `dir/step-00001234.safetensors` atomically, then removes older checkpoints but the newest `keep` good ones,
 * this one counted; returns the file's path. When it returns, a crash or power cut no longer loses this step.
 *
 * Checkpoints of later steps, which a run that was set back finds in its folder, stay.
 * @throws InputError when the disk refuses (the older checkpoints are then untouched), or for a `meta` JSON cannot hold.
 */
export function saveCheckpoint(dir: string, checkpoint: Checkpoint, keep = 3): string {
  const { step } = checkpoint;
  if (!Number.isSafeInteger(keep) || keep < 1)
    throw new InputError(`checkpoint: keep must be a whole number ≥ 1, got ${keep}`);
  const bytes = encodeCheckpoint(checkpoint);
  const file = join(dir, checkpointFile(step));
  makeFolder(dir);
  writeAtomic(file, bytes);
  removeOlder(dir, step, keep - 1);
  return file;
}

/** Keeps the newest `keep` readable checkpoints before `step`; all before those go. */
export function removeOlder(dir: string, step: number, keep: number): void {
  const older = listCheckpoints(dir).filter((c) => c.step < step);
  let good = 0;
  for (const { file } of older) {
    if (good === keep) onDisk(`cannot remove the old checkpoint ${file}`, () => unlinkSync(file));
    else if (reasonAgainst(file) === undefined) good += 1;
  }
}

/** Why a checkpoint cannot be loaded; undefined when it can. */
function reasonAgainst(file: string): string | undefined {
  try {
    loadCheckpoint(file);
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/**
 * A checkpoint, verified against its checksum. Its arrays are views of the file's bytes in memory.
 * @throws InputError when the file cannot be read, is cut short, damaged, of another kind, or of a newer format.
 */
export const loadCheckpoint = (file: string): Checkpoint => decodeCheckpoint(readBytes(file), file);

/** The newest checkpoint that can be loaded, and the newer ones that cannot. */
export interface LatestCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The newest valid checkpoint of a folder. Say so when `skipped` is not empty: the run goes back further than expected.
 * @throws InputError when the folder has none that can be loaded; the message says why.
 */
export function latestCheckpoint(dir: string): LatestCheckpoint {
  const skipped: { file: string; reason: string }[] = [];
  for (const { file } of listCheckpoints(dir)) {
    try {
      return { checkpoint: loadCheckpoint(file), file, skipped };
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      skipped.push({ file, reason: error.message });
    }
  }
  const why = skipped.length === 0 ? "" : `; ${skipped.map((s) => s.reason).join("; ")}`;
  const found = skipped.length === 0 ? "there is no checkpoint" : "no checkpoint can be loaded";
  throw new InputError(`${found} in ${dir}${why}`);
}
