/** Which judgement of a training is its best, and how long one may wait for a better one. */

import type { Best } from "./checkpoint.js";
import { beats, isBelow, type Look } from "./looks.js";

/** A judgement: how likely rows are that are not trained on, row by row where log Z is to be trusted. */
interface JudgedStep {
  readonly step: number;
  readonly value: number;
  readonly look?: Omit<Look, "step">;
}

interface PatienceSpec {
  /** How many looks there are in the whole training. */
  readonly looks: number;
  /** Whether the training starts as a fit. */
  readonly isFit: boolean;
}

/**
 * Whether parameters are better than the best so far. What a training starts from is a fit, which chance does not beat, nor
 * a log Z that is not to be trusted: it is too small more often than too large.
 */
function isBetter({ step, value, look }: JudgedStep, best: Best, seen: Look | null, isFit: boolean): boolean {
  if (best.step > 0) return value > best.value && (look !== undefined || !isFit);
  return look !== undefined && seen !== null && beats({ step, ...look }, seen);
}

/** What clearly worse rows take of the patience, and rows that are just not better. */
const [TURNED, WAITING] = [2, 1];

/**
 * The best with another judgement. One that is no better takes one look of the patience. It takes two where validation rows
 * are clearly less likely than at the best, or where a training that starts as a fit has gone so far that log Z is not to be
 * trusted: its draws no longer cover the model, and the likelihood is less than it seems.
 * @param seen the best judgement, row by row.
 */
export function addJudged(
  best: Best | null,
  judged: JudgedStep,
  seen: Look | null,
  { looks, isFit }: PatienceSpec,
): { readonly isBest: boolean; readonly best: (Best & { readonly since: number }) | null } {
  const { step, value, look } = judged;
  const isBest = Number.isFinite(value) && (best === null || isBetter(judged, best, seen, isFit));
  if (isBest) return { isBest, best: { step, value, since: 0 } };
  const turned = look ? seen !== null && isBelow({ step, ...look }, seen, looks) : isFit;
  return { isBest, best: best && { ...best, since: (best.since ?? 0) + (turned ? TURNED : WAITING) } };
}
