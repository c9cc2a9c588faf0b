/** The log Z that a model's densities are normalised with: one number, where it comes from, and whether to trust it. */

import type { Learned } from "../inference/learned.js";
import type { Estimate } from "../metrics/metric.js";
import type { Model } from "../objectives/objective.js";
import type { FloatTensor } from "../util/tensor.js";
import { type Evaluation, type HeldOutOptions, heldOut, type LogZEstimate } from "./evaluate.js";
import { doubtOf } from "./normaliser.js";

/** `log ∫ exp(−E)` in the coordinates of the model, nats. */
export interface KnownLogZ extends Estimate {
  /** Where it comes from, in words. */
  readonly from: string;
  /** Why it is not to be trusted; `null` when nothing speaks against it. */
  readonly note: string | null;
}

const laws: Readonly<Record<LogZEstimate["proposal"], string>> = {
  flow: "draws of the flow",
  gaussian: "draws of a wide Gaussian",
  uniform: "uniform draws",
  annealing: "annealed chains",
  enumeration: "states, which are all",
  layer: "state for all, since the energy knows their sum",
};

/** What an estimate is made of, in words. */
const importanceWords = ({ proposal, draws }: LogZEstimate): string =>
  `importance sampling, ${draws} ${laws[proposal]}`;

/** That of a model that was evaluated: what the estimators say together, or else the importance estimate. */
export function knownLogZ(evaluation: Evaluation): KnownLogZ {
  const { logZ, estimates, normaliser } = evaluation;
  return {
    ...normaliser,
    from: estimates?.agreement.combined ? estimates.agreement.verdict : importanceWords(logZ),
    note: estimates ? doubtOf(evaluation) : logZ.note,
  };
}

/** That of a model that was not: by importance sampling. @param rows of data `(n, ...event)`, which help to find a proposal. */
export async function importanceLogZ(
  model: Model,
  learned: Learned,
  rows: FloatTensor,
  options: HeldOutOptions,
): Promise<KnownLogZ> {
  const { logZ } = await heldOut(model, learned, rows, options);
  return { ...logZ.logZ, from: importanceWords(logZ), note: logZ.note };
}
