/** A model in one dimension with a Gaussian flow, all in double precision, to hold losses of told-apart noise against. */

import { type Energy, makeEnergy } from "../../src/energies/energy.js";
import type { Expr } from "../../src/ir/expr.js";
import { layoutOf } from "../../src/nn/layout.js";
import type { Iteration, Model } from "../../src/objectives/objective.js";
import { add, mul, square } from "../../src/ops/arithmetic.js";
import { reshape, slice } from "../../src/ops/shape.js";
import { normal } from "../../src/random/draw.js";
import { fold, type Key } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { mapValues } from "../../src/util/records.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { hostIteration, type Vectors } from "./host-iteration.js";
import { gaussianProposal } from "./sampler-targets.js";
import { numbers } from "./tensors.js";

const part = (theta: Expr, i: number): Expr => slice(theta, 0, i, i + 1);

const quartic: Energy = makeEnergy({
  event: [1],
  layout: layoutOf({ a: [1], c: [1] }),
  energy(points, theta) {
    const x = reshape(points, [points.shape[0]!]);
    return add(mul(mul(0.5, part(theta, 0)), square(x)), mul(mul(0.25, part(theta, 1)), square(square(x))));
  },
});

/** `E = a x²/2 + c x⁴/4`, and `N(μ, e^{2s})` with parameters `μ, s` as its flow. */
export const quarticModel: Model = { event: [1], energy: quartic, flow: gaussianProposal(1, 0, 1).flow };
export const quarticEnergy = (x: number, [a, c]: readonly number[]): number => (a! * x * x) / 2 + (c! * x ** 4) / 4;

/** `log N(x; μ, σ²)`. */
export const logNormal = (x: number, mean: number, sd: number): number =>
  -0.5 * ((x - mean) / sd) ** 2 - Math.log(sd) - 0.5 * Math.log(2 * Math.PI);

export const softplus = (u: number): number => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
export const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
export const logSumExp = (x: readonly number[]): number => {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((s, v) => s + Math.exp(v - top), 0));
};

/** `∫ f` over `[−12, 12]` by the trapezium rule, exact to rounding for what is smooth and gone at the ends. */
export function integral(f: (x: number) => number, n = 4000): number {
  const h = 24 / n;
  let total = 0;
  for (let i = 0; i <= n; i++) total += f(-12 + i * h) * h;
  return total;
}

/** `n` rows of `N(0, 1)`. */
export const normalRows = (key: Key, n: number): FloatTensor => tensor(normal(key, [n, 1]).data, [n, 1]);

/** Scalars of a carry in single precision. */
export const carryOf = (values: Readonly<Record<string, number | readonly number[]>>): Tensors =>
  mapValues(values, (v) => (typeof v === "number" ? tensor(Float32Array.of(v), []) : tensor(Float32Array.from(v))));

/** Steps an iteration at given parameters, and answers in numbers. */
export async function stepper(model: Model, iteration: Iteration, rows: number) {
  const host = await hostIteration(model, iteration, rows);
  return async (given: {
    readonly theta: readonly number[];
    readonly flow?: readonly number[];
    /** Parameters of the objective's own groups. */
    readonly own?: Vectors;
    readonly carry?: Tensors;
    readonly batch: FloatTensor;
    readonly key: Key;
  }) => {
    const { theta, flow = [0, 0], own = {}, carry = {}, batch, key } = given;
    const params = { energy: tensor(Float32Array.from(theta)), flow: tensor(Float32Array.from(flow)), ...own };
    const step = await host.step({ params, carry, batch, key });
    const one = (t: Tensors): Record<string, number> => mapValues(t, (v) => numbers(v)[0]!);
    return {
      losses: one(step.losses),
      metrics: one(step.metrics),
      gradients: mapValues(step.gradients, numbers),
      carry: step.carry,
    };
  };
}

/** A quantity at so many keys. */
export async function atKeys(key: Key, n: number, f: (key: Key) => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < n; i++) found.push(await f(fold(key, i)));
  return found;
}
