import { z } from "zod";
import { energyOf } from "../energies/evaluate.js";
import { importance as ofWeights, type WeightQuality } from "../metrics/importance.js";
import type { Estimate } from "../metrics/metric.js";
import type { Key } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";
import { type EstimatedModel, estimator } from "./estimator.js";
import { type Reference, referenceFor } from "./reference.js";

/** Draws of a reference with what they weigh under the model. */
export interface Weighted {
  readonly reference: Reference;
  readonly x: FloatTensor;
  readonly logProb: Float64Array;
  /** `−E(x) − log q(x)`. */
  readonly logWeights: Float64Array;
}

/** `n` draws of the reference beside a model, weighted. */
export async function weightedDraws(
  model: EstimatedModel,
  key: Key,
  n: number,
  energy = energyOf(model.energy),
): Promise<Weighted> {
  const { reference } = referenceFor(model);
  const { x, logProb } = await reference.draw(key, n);
  const e = await energy(x, model.params);
  return { reference, x, logProb, logWeights: e.map((v, i) => -v - logProb[i]!) };
}

/** How an importance estimate is told in a few words. */
export const describeWeights = ({ pareto: { k } }: WeightQuality): string =>
  Number.isFinite(k) ? `Pareto k ${k.toFixed(2)}` : k < 0 ? "bounded weights" : "a tail too short for Pareto k";

/** The part of an importance report that every estimator by weights hands on. */
export const estimateOf = ({
  logZ,
  effectiveSampleSize,
  note,
}: WeightQuality & { readonly logZ: Estimate }): {
  readonly logZ: Estimate;
  readonly ess: number;
  readonly note: string | null;
} => ({ logZ, ess: effectiveSampleSize, note });

/** `log Z = log E_q[exp(−E)/q]` over draws of the flow, or of what stands in for one. */
export const importance = estimator({
  name: "importance",
  about: "Importance sampling from the flow, or from a wide Gaussian where there is none.",
  cite: "Owen (2013), Monte Carlo theory, methods and examples, chapter 9",
  bound: "lower",
  trap: "is too low where its proposal misses a mode",
  options: z.object({ draws: z.number().int().min(2).default(10_000).describe("draws of the proposal") }),
  applies: () => null,
  async estimate(model, { draws }, key) {
    const { logWeights, reference } = await weightedDraws(model, key, draws);
    const found = ofWeights(logWeights);
    return { ...estimateOf(found), from: `${draws} draws of ${reference.about}, ${describeWeights(found)}` };
  },
});
