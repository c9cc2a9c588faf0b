import { z } from "zod";
import { type Energy, makeEnergy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { varianceDegrees } from "../metrics/intervals/degrees.js";
import { studentEstimate } from "../metrics/intervals/interval.js";
import { importance as ofWeights, type WeightQuality } from "../metrics/log-z/importance.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import { partsOf } from "../metrics/log-z/markov-bound.js";
import { roundingOf } from "../metrics/log-z/rounding.js";
import type { Key } from "../random/key.js";
import { type FloatTensor, floats } from "../util/tensor.js";
import { type EstimatedModel, estimator, type LogZ } from "./estimator.js";
import { type Reference, referenceFor } from "./reference.js";

/** Draws of a reference with what they weigh under the model. */
export interface Weighted {
  readonly reference: Reference;
  readonly x: FloatTensor;
  readonly logProb: Float64Array;
  /** `−E(x) − log q(x)`. */
  readonly logWeights: Float64Array;
  /** `E(x)`. */
  readonly energies: Float64Array;
}

/**
 * The energy above the flow that it tilts, with as much as its base has: all that is left of it in weights of draws of the
 * flow. `undefined` where the energy tilts another law, or the flow has gone its own way since.
 */
function aboveFlow({ energy, params, flow, flowParams }: EstimatedModel): Energy | undefined {
  const { event, layout, tilting } = energy;
  if (!tilting || tilting.base !== flow || !params || !flowParams) return undefined;
  const base = floats(params).subarray(...tilting.baseParams);
  return base.every((v, i) => v === flowParams.data[i])
    ? makeEnergy({ event, layout, energy: tilting.energy })
    : undefined;
}

/** `n` draws of the reference beside a model, weighted. */
export async function weightedDraws(
  model: EstimatedModel,
  key: Key,
  n: number,
  energy = energyOf(model.energy, "float32", model),
): Promise<Weighted> {
  const { reference } = referenceFor(model);
  const { x, logProb } = await reference.draw(key, n);
  const above = aboveFlow(model);
  if (above) {
    const tilts = await energyOf(above, "float32", model)(x, model.params);
    return { reference, x, logProb, energies: tilts.map((v, i) => v - logProb[i]!), logWeights: tilts.map((v) => -v) };
  }
  const e = await energy(x, model.params);
  return { reference, x, logProb, energies: e, logWeights: e.map((v, i) => -v - logProb[i]!) };
}

/** An importance estimate of log Z from independent log-weights, with an interval that knows how skewed they are. */
export function estimateByWeights(logWeights: ArrayLike<number>): LogZ {
  const found = ofWeights(logWeights);
  const { weights } = normaliseLogWeights("importance", logWeights);
  const degrees = varianceDegrees(weights);
  const { value, standardError } = found.logZ;
  return {
    logZ: standardError === null ? found.logZ : studentEstimate(value, standardError, degrees),
    degrees,
    parts: partsOf(logWeights),
    ess: found.effectiveSampleSize,
    note: found.note,
    from: describeWeights(found),
  };
}

/** Their quality in a few words. */
const describeWeights = ({ pareto: { k } }: WeightQuality): string =>
  Number.isFinite(k) ? `Pareto k ${k.toFixed(2)}` : k < 0 ? "bounded weights" : "a tail too short for Pareto k";

/** `log Z = log E_q[exp(−E)/q]` over draws of the flow, or of what stands in for one. */
export const importance = estimator({
  name: "importance",
  about: "Importance sampling from the flow, or from a wide Gaussian where there is none.",
  cite: "Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  bound: "lower",
  trap: "is too low where its proposal misses a mode",
  options: z.object({ draws: z.number().int().min(2).default(10_000).describe("draws of the proposal") }),
  async estimate(model, { draws }, key) {
    const { logWeights, reference, energies, logProb } = await weightedDraws(model, key, draws);
    const { from, ...found } = estimateByWeights(logWeights);
    const { weights } = normaliseLogWeights("importance", logWeights);
    const rounding = roundingOf(energies, logProb, weights);
    return { ...found, rounding, from: `${draws} draws of ${reference.about}, ${from}` };
  },
});
