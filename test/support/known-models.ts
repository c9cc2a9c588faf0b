/** Models of one parameter whose likelihood is known in closed form, and how far their training is from it. */

import { type Energy, makeEnergy } from "../../src/energies/energy.js";
import { mixtureEnergy } from "../../src/energies/mixture.js";
import { meanEstimate } from "../../src/metrics/intervals/interval.js";
import { layoutOf } from "../../src/nn/layout.js";
import type { Iteration, Model } from "../../src/objectives/objective.js";
import { add, mul, square } from "../../src/ops/arithmetic.js";
import { less, where } from "../../src/ops/logic.js";
import { sum } from "../../src/ops/shape.js";
import { normal } from "../../src/random/draw.js";
import { fold, type Key } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { hostIteration, type Vectors } from "./host-iteration.js";
import { gaussianProposal } from "./sampler-targets.js";
import { numbers } from "./tensors.js";

/** `E(x) = θ x²/2`: `Z = √(2π/θ)`, so the gradient of the negative log-likelihood is `(m − 1/θ)/2`, `m = mean x²`. */
const precisionEnergy: Energy = makeEnergy({
  event: [1],
  layout: layoutOf({ precision: [1] }),
  energy: (x, theta) => mul(0.5, mul(theta, sum(square(x), 1))),
});

/** The precision of a Gaussian, with a proposal that is wider than it and off centre. */
export const precisionModel: Model = { event: [1], energy: precisionEnergy, flow: gaussianProposal(1, 0, 1).flow };

/** `n` rows whose mean square is exactly 1. */
export const unitRows = (n: number): FloatTensor =>
  tensor(
    Float32Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 1 : -1)),
    [n, 1],
  );

export const MODES = [
  [-1, -1],
  [1, 1],
];
export const VARIANCE = 0.05;

/** Two round modes of equal weight, 12.6 standard deviations apart. */
export const equalModes: Energy = mixtureEnergy([2], {
  means: MODES,
  variances: [VARIANCE, VARIANCE],
  weights: [1, 1],
});

/** `E(x) + b` where `x` is nearer the second mode: the first has weight `σ(b)`, so the maximum is at its log-odds. */
export const biasedModes: Energy = makeEnergy({
  event: [2],
  layout: layoutOf({ bias: [1] }),
  energy: (x, b) => add(equalModes(x), where(less(0, sum(x, 1)), b, 0)),
});

/** Rows `(n, 2)` of which exactly so many are of the second mode. */
export function modeRows(key: Key, n: number, second: number): FloatTensor {
  const noise = normal(key, [n, 2]).data;
  return tensor(
    noise.map((v, i) => (i < 2 * second ? 1 : -1) + Math.sqrt(VARIANCE) * v),
    [n, 2],
  );
}

/** The number of points of `(n, 2)` nearer the second mode. */
export const countSecond = ({ data, shape }: FloatTensor): number =>
  Array.from({ length: shape[0]! }, (_, i) => data[2 * i]! + data[2 * i + 1]!).filter((s) => s > 0).length;

export interface Replicates {
  readonly model: Model;
  readonly iteration: Iteration;
  readonly params: Vectors;
  readonly key: Key;
  readonly count: number;
  /** Iterations a replicate, over which its gradient is averaged. */
  readonly iterations: number;
  /** Fresh for each replicate. */
  carry(key: Key): Tensors;
  /** Fresh for each iteration. */
  batch(key: Key): FloatTensor;
}

/** Gradients of the energy's loss by its parameters, one list a parameter: independent numbers, one a replicate. */
export async function gradientReplicates(run: Replicates): Promise<number[][]> {
  const { model, iteration, params, key, count, iterations } = run;
  const host = await hostIteration(model, iteration, run.batch(key).shape[0]!);
  const found: number[][] = Array.from({ length: model.energy.layout.size }, () => new Array<number>(count).fill(0));
  for (let r = 0; r < count; r++) {
    const own = fold(key, r);
    let carry = run.carry(fold(own, "carry"));
    for (let t = 0; t < iterations; t++) {
      const at = fold(own, t);
      const step = await host.step({ params, carry, batch: run.batch(fold(at, "batch")), key: fold(at, "noise") });
      for (const [i, g] of numbers(step.gradients["energy.energy"]!).entries()) found[i]![r]! += g / iterations;
      carry = step.carry;
    }
  }
  return found;
}

/** How many standard errors the mean of independent numbers is from a truth, and that error. */
export function scoreOf(x: ArrayLike<number>, truth: number): { readonly score: number; readonly error: number } {
  const { value, standardError } = meanEstimate(x);
  return { score: (value - truth) / standardError!, error: standardError! };
}
