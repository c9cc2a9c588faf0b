/** The update of CD-k in expectation, by summing over all states: what it does without the noise of its chains. */

import { grad } from "../autodiff/grad.js";
import { statesOf } from "../energies/states.js";
import type { Expr } from "../ir/expr.js";
import { unpack } from "../nn/layout.js";
import type { Model } from "../objectives/objective.js";
import { add, exp, mul, neg, sub } from "../ops/arithmetic.js";
import { constant, input, stopGradient } from "../ops/leaf.js";
import { affine, matmul } from "../ops/linalg.js";
import { reshape, sum } from "../ops/shape.js";
import { softplus } from "../ops/special.js";
import { compile, evaluate } from "../runtime/program.js";
import { floats, tensor } from "../util/tensor.js";

const allBits = (k: number): Expr => constant(statesOf({ kind: "binary", values: [0, 1] }, [k], 0, 2 ** k));

/** Probabilities of all states of a layer, `bits (b, k)`, for each row of fields `(a, k)`: `(a, b)`. */
const layerLaw = (bits: Expr, fields: Expr): Expr =>
  exp(sub(matmul(fields, bits, { transposeB: true }), reshape(sum(softplus(fields), 1), [fields.shape[0]!, 1])));

export interface ExpectedUpdate {
  /** Update of the parameters, `⟨·⟩ of the data less ⟨·⟩ after the sweeps`, less the decay of the weights. */
  readonly update: Float64Array;
  /** Negative log-likelihood of the law of the data. */
  readonly loss: number;
}

export interface ExpectedRule {
  /** A law over all states of the visible units, in the order of `statesOf`. */
  readonly law: Float64Array;
  /** Gibbs sweeps from the data; infinitely many are the likelihood's own. */
  readonly sweeps: number;
  /** λ: the weights, not the biases, are pulled back by `λ W`. */
  readonly decay: number;
}

/** A function of parameters in double precision. */
export async function expectedUpdate(
  { energy, event }: Model,
  { law, sweeps, decay }: ExpectedRule,
): Promise<(params: Float64Array) => Promise<ExpectedUpdate>> {
  const params = input("params", [energy.layout.size], "float64");
  const { weight, visible, hidden } = unpack(energy.layout, params) as Record<"weight" | "visible" | "hidden", Expr>;
  const [v, h] = [allBits(event[0]!), allBits(weight.shape[1]!)];
  const data = constant(tensor(law));
  const energies = energy(v, params);
  const logZ = energy.logZ!(params);
  let after = exp(neg(add(energies, logZ)));
  if (Number.isFinite(sweeps)) {
    const up = layerLaw(h, affine(v, weight, hidden));
    const down = layerLaw(v, add(matmul(h, weight, { transposeB: true }), visible));
    let row = reshape(data, [1, law.length]);
    for (let i = 0; i < sweeps; i++) row = matmul(matmul(row, up), down);
    after = reshape(row, [law.length]);
  }
  const contrast = sum(mul(energies, stopGradient(sub(data, after))));
  const pulled = add(contrast, mul(decay / 2, sum(mul(weight, weight))));
  const loss = add(sum(mul(data, energies)), logZ);
  const program = await compile({ params }, { update: neg(grad(pulled, [params])[0]), loss });
  return async (at) => {
    const found = await program.run({ params: tensor(at) });
    return { update: floats(found.update!) as Float64Array, loss: floats(found.loss!)[0]! };
  };
}

/** Probabilities of all states of the visible units, in the order of `statesOf`. */
export async function visibleLaw({ energy, event }: Model, params: Float64Array): Promise<Float64Array> {
  const at = constant(tensor(params));
  const { law } = await evaluate({ law: exp(neg(add(energy(allBits(event[0]!), at), energy.logZ!(at)))) });
  return floats(law) as Float64Array;
}

export interface FollowOptions {
  readonly start: Float64Array;
  readonly steps: number;
  readonly rate: number;
  readonly momentum: number;
  /** Called at every step with the loss there. */
  seen?(step: number, loss: number): void;
}

/** Follow an update for so many steps; where it ends, and the length of what is left of it there. */
export async function follow(
  at: (params: Float64Array) => Promise<ExpectedUpdate>,
  { start, steps, rate, momentum, seen }: FollowOptions,
): Promise<{ params: Float64Array; loss: number; residual: number }> {
  const params = start.slice();
  const velocity = new Float64Array(params.length);
  for (let step = 0; ; step++) {
    const { update, loss } = await at(params);
    seen?.(step, loss);
    if (step === steps) return { params, loss, residual: Math.hypot(...update) };
    for (let i = 0; i < params.length; i++) {
      velocity[i] = momentum * velocity[i]! + update[i]!;
      params[i] = params[i]! + rate * velocity[i]!;
    }
  }
}
