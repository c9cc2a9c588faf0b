/** Setting a training that diverged back to a checkpoint of its own, to go on more slowly from there. */

import { tensor } from "../util/tensor.js";
import type { Best, SessionCheckpoint } from "./checkpoint.js";
import { type Course, noCourse } from "./looks.js";

/** The factor on every update after so many rollbacks. */
export const rateAfter = (rollbacks: number): number => 0.5 ** rollbacks;

/** A training that diverges at a 256th of its learning rate is not helped by another half. */
const MOST = 8;

/**
 * From the checkpoints of a training, newest first, and the best it has seen, with what that said row by row, the checkpoints it has after being set back:
 * the first is where it goes on, at half the rate. A training that diverges again before it has saved another is set back to the one before: the
 * newest may have been saved on the way to divergence. `null` when it was set back eight times already.
 */
export function setBack(
  saved: readonly SessionCheckpoint[],
  best: Best | null,
  course: Course = noCourse,
): readonly [SessionCheckpoint, ...SessionCheckpoint[]] | null {
  const [newest, before] = saved;
  const rollbacks = (newest?.meta.rollbacks ?? 0) + 1;
  if (!newest || rollbacks > MOST) return null;
  const again = newest.meta.setBack && before;
  const back = again || newest;
  const rate = tensor(Float32Array.of(rateAfter(rollbacks)), []);
  const gone = again ? 2 : 1;
  const seen = { ...(back.meta.course ?? noCourse), best: course.best };
  // Looks that are taken anew count anew.
  const since = back.meta.best?.step === best?.step ? back.meta.best?.since : 0;
  const known = best && (best.since === undefined ? best : { ...best, since: since ?? 0 });
  const meta = {
    ...back.meta,
    best: known,
    ...(course.best ? { course: seen } : {}),
    rollbacks,
    setBack: true as const,
  };
  return [{ ...back, tensors: { ...back.tensors, rate }, meta }, ...saved.slice(gone)];
}
