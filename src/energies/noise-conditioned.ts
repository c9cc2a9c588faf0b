import { z } from "zod";
import type { Expr, Operand } from "../ir/expr.js";
import { mlp } from "../nn/mlp.js";
import { add, cos, div, log, mul, sin, sqrt, square, sub } from "../ops/arithmetic.js";
import { full } from "../ops/indexing.js";
import { broadcastTo, concat, expandDims, reshape, sum } from "../ops/shape.js";
import { InputError } from "../util/errors.js";
import { type Shape, sizeOf } from "../util/tensor.js";
import { type Energy, energy, makeEnergy } from "./energy.js";
import { type NetworkOptions, networkOptions } from "./network.js";

/** Numbers that tell the network its noise level. */
const FEATURES = 5;

/** `u`, `sin πu`, `cos πu`, `sin 2πu`, `cos 2πu` of `u = log σ` on the scale where the levels span −1 … 1: `(n, 5)`. */
function noiseFeatures(sigma: Expr, [smallest, largest]: readonly [number, number]): Expr {
  const [middle, half] = [Math.log(smallest * largest) / 2, Math.log(largest / smallest) / 2];
  const u = mul(1 / half, sub(log(sigma), middle));
  const waves = [1, 2].flatMap((k) => [sin(mul(k * Math.PI, u)), cos(mul(k * Math.PI, u))]);
  return concat(
    [u, ...waves].map((feature) => expandDims(feature, 1)),
    1,
  );
}

/** One number a point. */
const eachPoint = (sigma: Operand, { shape, dtype }: Expr): Expr =>
  typeof sigma === "number"
    ? full([shape[0]!], sigma, dtype as "float32" | "float64")
    : broadcastTo(sigma, [shape[0]!]);

/**
 * `E(x, σ) = |x|²/2v + d/2 log 2πv + net(x/√v, log σ)` with `v = scale² + σ²`: a normal law smoothed by `N(0, σ² I)`,
 * tilted by a network that is told the noise level. As an energy of points it is itself at the smallest level. The network
 * starts at zero, so that every level starts as the smoothed base; the constant of each level is free, and what it becomes
 * depends on what trains it.
 */
export function noiseConditionedEnergy(
  event: Shape,
  levels: readonly [smallest: number, largest: number],
  { hidden, activation, residual, scale }: NetworkOptions & { readonly scale: number },
): Energy {
  const d = sizeOf(event);
  const net = mlp({ widths: [d + FEATURES, ...hidden, 1], activation, residual, lastBias: false, zeroLast: true });
  const smoothed = (x: Expr, sigma: Operand, params: Expr): Expr => {
    const n = x.shape[0]!;
    const [flat, each] = [reshape(x, [n, d]), eachPoint(sigma, x)];
    const variance = add(scale ** 2, square(each));
    const base = mul(0.5, add(div(sum(square(flat), 1), variance), mul(d, log(mul(2 * Math.PI, variance)))));
    const inputs = concat([div(flat, expandDims(sqrt(variance), 1)), noiseFeatures(each, levels)], 1);
    return add(base, reshape(net.apply(params, inputs), [n]));
  };
  return makeEnergy({
    event,
    layout: net.layout,
    init: net.init,
    energy: (x, params) => smoothed(x, levels[0], params),
    smoothed,
    noiseLevels: levels,
  });
}

/** A network that is told how much noise is on its points. */
export const noiseConditioned = energy({
  name: "noise-conditioned",
  about:
    "A smoothed normal density tilted by a network that is told the noise level: E(x, σ); itself at the smallest σ.",
  cite: "Song & Ermon (2019), Generative modeling by estimating gradients of the data distribution",
  knows: { smoothed: "", noiseLevels: "" },
  usual: { noiseLevels: {} },
  options: z.object({
    ...networkOptions,
    sigmaMin: z
      .number()
      .positive()
      .default(0.05)
      .describe("smallest noise level, in the units the model is trained in"),
    sigmaMax: z.number().positive().default(3).describe("largest noise level: as wide as the data, or wider"),
    scale: z.number().positive().default(1).describe("standard deviation of the normal base at no noise"),
  }),
  build({ sigmaMin, sigmaMax, ...rest }, { event }) {
    if (!(sigmaMin < sigmaMax))
      throw new InputError(`energy noise-conditioned: sigmaMin ${sigmaMin} must be below sigmaMax ${sigmaMax}`);
    return noiseConditionedEnergy(event, [sigmaMin, sigmaMax], rest);
  },
});
