import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { add, div, log, mul, neg, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { expandDims, reshape, sum } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { categorical } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type Shape, sizeOf, tensor } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { smoothedVariance } from "./gaussian.js";

/** Components of a mixture of round Gaussians. */
export interface MixtureComponents {
  readonly means: readonly (readonly number[])[];
  /** σ²ₖ, one a component. */
  readonly variances: readonly number[];
  /** Positive; normalised to sum to one. */
  readonly weights: readonly number[];
}

/** `E(x) = −log Σₖ wₖ N(x; μₖ, σₖ² I)`: normalised, so log Z = 0. */
export function mixtureEnergy(event: Shape, { means, variances, weights }: MixtureComponents): Energy {
  const d = sizeOf(event);
  const total = weights.reduce((s, w) => s + w, 0);
  const shares = weights.map((w) => w / total);
  const logScale = shares.map((w, k) => Math.log(w) - (d / 2) * Math.log(2 * Math.PI * variances[k]!));
  const k = means.length;
  const table = (data: readonly number[], { dtype }: Expr, shape: Shape = [k]): Expr =>
    cast(constant(tensor(Float64Array.from(data), shape)), dtype);
  /** `|x − μₖ|²`, `(batch, components)`. */
  const distances = (x: Expr): Expr =>
    sum(square(sub(expandDims(reshape(x, [x.shape[0]!, d]), 1), table(means.flat(), x, [1, k, d]))), 2);
  const halfPrecision = variances.map((v) => -0.5 / v);
  return makeEnergy({
    event,
    energy: (x) => neg(logSumExp(add(mul(table(halfPrecision, x), distances(x)), table(logScale, x)), 1)),
    smoothed(x, sigma) {
      const variance = smoothedVariance(table(variances, x), sigma);
      const logs = add(div(mul(-0.5, distances(x)), variance), mul(-d / 2, log(mul(2 * Math.PI, variance))));
      return neg(logSumExp(add(logs, table(shares.map(Math.log), x)), 1));
    },
    exact: {
      logZ: 0,
      sample(key, n) {
        const which = categorical(fold(key, "component"), shares, [n]);
        const noise = normal(fold(key, "offset"), [n, d], "float64").data;
        const x = Float64Array.from(noise, (v, i) => {
          const k = which[Math.floor(i / d)]!;
          return means[k]![i % d]! + Math.sqrt(variances[k]!) * v;
        });
        return tensor(x, [n, ...event]);
      },
    },
  });
}

/** A mixture of round Gaussians. */
export const mixture = energy({
  name: "mixture",
  about: "A mixture of round Gaussians with given means, variances and weights; nothing is learned.",
  knows: { smoothed: "" },
  options: z.object({
    means: z
      .array(z.array(z.number()))
      .min(1)
      .default([
        [-1, -1],
        [1, 1],
      ])
      .describe("μₖ, one point a component"),
    variances: z
      .union([z.number().positive(), z.array(z.number().positive())])
      .default(0.05)
      .describe("σ²ₖ, one number or one a component"),
    weights: z.array(z.number().positive()).default([2, 1]).describe("wₖ, in any unit"),
  }),
  build({ means, variances, weights }, { event }) {
    const k = means.length;
    const each = typeof variances === "number" ? Array<number>(k).fill(variances) : variances;
    if (each.length !== k || weights.length !== k)
      throw new InputError(
        `energy mixture: ${k} means need ${k} variances and weights, got ${each.length} and ${weights.length}`,
      );
    if (means.some((m) => m.length !== sizeOf(event)))
      throw new InputError(`energy mixture: means must have ${sizeOf(event)} coordinates`);
    return mixtureEnergy(event, { means, variances: each, weights });
  },
});
