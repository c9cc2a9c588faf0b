import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { add, div, log, mul, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { expandDims, reshape, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { type Shape, sizeOf, tensor } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";

const spread = (what: string, value: number | readonly number[], d: number): Float64Array => {
  if (typeof value !== "number" && value.length !== d)
    throw new InputError(`energy gaussian: option ${what} has ${value.length} numbers for points of ${d} coordinates`);
  return Float64Array.from({ length: d }, (_, i) => (typeof value === "number" ? value : value[i]!));
};

/**
 * `N(0, v)` smoothed by `N(0, σ²)` is `N(0, v + σ²)`: variances `(k)` with the square of a number or a scalar added, or
 * `(batch, k)` with that of one number a point.
 */
export function smoothedVariance(variance: Expr, sigma: Operand): Expr {
  if (typeof sigma === "number") return add(variance, sigma ** 2);
  return add(variance, square(sigma.shape.length === 1 ? expandDims(sigma, 1) : sigma));
}

/** `E(x) = Σ (xᵢ − μᵢ)² / 2σᵢ² + Σ log σᵢ + d/2 log 2π = −log N(x; μ, diag σ²)`: normalised, so log Z = 0. */
export function gaussianEnergy(event: Shape, mean: number | readonly number[], sd: number | readonly number[]): Energy {
  const d = sizeOf(event);
  const [mu, sigma] = [spread("mean", mean, d), spread("standardDeviation", sd, d)];
  const squares = sigma.map((v) => v ** 2);
  const logNormalizer = sigma.reduce((s, v) => s + Math.log(v), 0) + (d / 2) * Math.log(2 * Math.PI);
  const row = (data: Float64Array, { dtype }: Expr): Expr => cast(constant(tensor(data)), dtype);
  const offset = (x: Expr): Expr => sub(reshape(x, [x.shape[0]!, d]), row(mu, x));
  return makeEnergy({
    event,
    energy: (x) => add(mul(0.5, sum(square(div(offset(x), row(sigma, x))), 1)), logNormalizer),
    smoothed(x, noise) {
      const variance = smoothedVariance(row(squares, x), noise);
      const terms = add(div(square(offset(x)), variance), log(variance));
      return add(mul(0.5, sum(terms, 1)), (d / 2) * Math.log(2 * Math.PI));
    },
    exact: {
      logZ: 0,
      sample(key, n) {
        const x = Float64Array.from(normal(key, [n, d], "float64").data, (v, i) => mu[i % d]! + sigma[i % d]! * v);
        return tensor(x, [n, ...event]);
      },
    },
  });
}

/** Independent Gaussian coordinates. */
export const gaussian = energy({
  name: "gaussian",
  about: "A Gaussian with independent coordinates; nothing is learned.",
  knows: { smoothed: "" },
  options: z.object({
    mean: z
      .union([z.number(), z.array(z.number())])
      .default(0)
      .describe("μ, one number or one a coordinate"),
    standardDeviation: z
      .union([z.number().positive(), z.array(z.number().positive())])
      .default(1)
      .describe("σ, one number or one a coordinate"),
  }),
  build: ({ mean, standardDeviation }, { event }) => gaussianEnergy(event, mean, standardDeviation),
});
