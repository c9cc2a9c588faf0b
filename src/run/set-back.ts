/** Setting a run that diverged back to a checkpoint of its own, to go on more slowly from there. */

import { rmSync } from "node:fs";
import { type Checkpoint, listCheckpoints, loadCheckpoint, saveCheckpoint } from "../store/checkpoint.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";

/** What a run's checkpoints remember of this. */
export interface Rollbacks {
  /** How often the run was set back so far. */
  readonly rollbacks?: number;
  /** Set where the checkpoint is one that the run was set back to. */
  readonly setBack?: true;
}

/** The factor on every update after so many rollbacks. */
export const rateAfter = (rollbacks: number): number => 0.5 ** rollbacks;

/** A run that diverges at a 256th of its learning rate is not helped by another half. */
const MOST = 8;

/** A checkpoint, or undefined where it is damaged: a run goes on from the newest whole one. */
function readable(file: string): { readonly file: string; readonly checkpoint: Checkpoint } | undefined {
  try {
    return { file, checkpoint: loadCheckpoint(file) };
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/**
 * Make the newest checkpoint of the folder, at half the rate, the one a run goes on from. A run that diverges again before
 * it has saved another is set back to the one before: the newest may have been saved on the way to divergence.
 * @returns where the run now is, or null when it was set back eight times already.
 */
export function setBack(folder: string, best: unknown): { readonly step: number; readonly rate: number } | null {
  const saved = listCheckpoints(folder).flatMap(({ file }) => readable(file) ?? []);
  const [newest, before] = saved;
  const known = newest?.checkpoint.meta as Rollbacks | undefined;
  const count = (known?.rollbacks ?? 0) + 1;
  if (!newest || count > MOST) return null;
  const again = known?.setBack && before;
  const { step, tensors } = (again || newest).checkpoint;
  const rate = rateAfter(count);
  // Of the two files only one is newest at any moment, and a run may go on from either.
  const meta = { best, rollbacks: count, setBack: true };
  saveCheckpoint(folder, { step, tensors: { ...tensors, rate: tensor(Float32Array.of(rate), []) }, meta });
  if (again) rmSync(newest.file);
  return { step, rate };
}
