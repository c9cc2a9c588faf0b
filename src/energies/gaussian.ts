import { z } from "zod";
import { add, div, mul, square, sub } from "../ops/arithmetic.js";
import { cast, constant } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { InputError } from "../util/errors.js";
import { type Shape, sizeOf, tensor } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";

const spread = (what: string, value: number | readonly number[], d: number): Float64Array => {
  if (typeof value !== "number" && value.length !== d)
    throw new InputError(`energy gaussian: option ${what} has ${value.length} numbers for points of ${d} coordinates`);
  return Float64Array.from({ length: d }, (_, i) => (typeof value === "number" ? value : value[i]!));
};

/** `E(x) = Σ (xᵢ − μᵢ)² / 2σᵢ² + Σ log σᵢ + d/2 log 2π = −log N(x; μ, diag σ²)`: normalised, so log Z = 0. */
export function gaussianEnergy(event: Shape, mean: number | readonly number[], sd: number | readonly number[]): Energy {
  const d = sizeOf(event);
  const [mu, sigma] = [spread("mean", mean, d), spread("standardDeviation", sd, d)];
  const logNormalizer = sigma.reduce((s, v) => s + Math.log(v), 0) + (d / 2) * Math.log(2 * Math.PI);
  return makeEnergy({
    event,
    energy(x) {
      const flat = reshape(x, [x.shape[0]!, d]);
      const scaled = div(sub(flat, cast(constant(tensor(mu)), x.dtype)), cast(constant(tensor(sigma)), x.dtype));
      return add(mul(0.5, sum(square(scaled), 1)), logNormalizer);
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
