/** Targets whose law is known in closed form, each with a proposal that is near it and not equal to it. */

import { type Energy, makeEnergy } from "../../src/energies/energy.js";
import { smoothedVariance } from "../../src/energies/gaussian.js";
import type { Bijector } from "../../src/flows/bijector.js";
import { type Flow, makeFlow } from "../../src/flows/flow.js";
import { gaussianBase } from "../../src/flows/gaussian-base.js";
import type { Expr, Operand } from "../../src/ir/expr.js";
import { layoutOf, unpack } from "../../src/nn/layout.js";
import { add, div, exp, mul, neg, square, sub } from "../../src/ops/arithmetic.js";
import { constant, scalar } from "../../src/ops/leaf.js";
import { broadcastTo, reshape, slice, sum } from "../../src/ops/shape.js";
import { normal, uniform } from "../../src/random/draw.js";
import type { Key } from "../../src/random/key.js";
import type { Sampler } from "../../src/samplers/sampler.js";
import { proposalOf, type Target } from "../../src/samplers/target.js";
import { cast, type FloatTensor, tensor } from "../../src/util/tensor.js";
import { normalCdf } from "./goodness.js";
import type { Law } from "./statistics.js";

/** A scalar of a point whose law is known. */
export interface View {
  readonly name: string;
  of(point: ArrayLike<number>): number;
  readonly law: Law;
}

export interface KnownTarget {
  readonly name: string;
  readonly energy: Energy;
  readonly flow: Flow;
  readonly flowParams: FloatTensor;
  readonly views: readonly View[];
  /** Exact draws `(n, d)`. */
  draw(key: Key, n: number): FloatTensor;
}

/** `x → μ + σ x` with learnable numbers. */
export function affineBijector(d: number): Bijector {
  const layout = layoutOf({ mean: [d], logScale: [d] });
  const numbers = (params: Expr) => unpack(layout, params) as Record<"mean" | "logScale", Expr>;
  const rows = (logScale: Expr, x: Expr): Expr => broadcastTo(reshape(sum(logScale), [1]), [x.shape[0]!]);
  return {
    layout,
    init: () => new Float32Array(layout.size),
    forward(x, params) {
      const { mean, logScale } = numbers(params);
      return { y: add(mul(x, exp(logScale)), mean), logDet: rows(logScale, x) };
    },
    inverse(y, params) {
      const { mean, logScale } = numbers(params);
      return { x: mul(sub(y, mean), exp(neg(logScale))), logDet: neg(rows(logScale, y)) };
    },
  };
}

/** `N(mean, sd² I)` as a flow with parameters. */
export const gaussianProposal = (d: number, mean: number, sd: number): Pick<KnownTarget, "flow" | "flowParams"> => ({
  flow: makeFlow(d, gaussianBase(d), [affineBijector(d)]),
  flowParams: tensor(Float32Array.from({ length: 2 * d }, (_, i) => (i < d ? mean : Math.log(sd)))),
});

export const standardNormal: Law = { mean: 0, variance: 1, cdf: normalCdf };

const RHO = 0.8;
const REST = Math.sqrt(1 - RHO ** 2);

/** Unit variances, correlation 0.8: `E = (x₁² + (x₂ − ρ x₁)²/(1 − ρ²))/2`. */
export const correlated: KnownTarget = {
  name: "correlated Gaussian",
  energy: makeEnergy({
    event: [2],
    energy(x) {
      const [first, second] = [0, 1].map((i) => reshape(slice(x, 1, i, i + 1), [x.shape[0]!])) as [Expr, Expr];
      const rest = mul(sub(second, mul(RHO, first)), 1 / REST);
      return mul(0.5, add(square(first), square(rest)));
    },
    // Along the diagonals the variances are 1 ± ρ, and noise adds its own to each.
    smoothed(x, sigma) {
      const [first, second] = [0, 1].map((i) => reshape(slice(x, 1, i, i + 1), [x.shape[0]!])) as [Expr, Expr];
      const along = (sum: Expr, variance: number): Expr =>
        div(square(sum), mul(4, smoothedVariance(scalar(variance, x.dtype), sigma)));
      return add(along(add(first, second), 1 + RHO), along(sub(first, second), 1 - RHO));
    },
  }),
  // Variance 2.25 is above the largest eigenvalue, 1.8: the importance weight is bounded.
  ...gaussianProposal(2, 0.2, 1.5),
  views: [
    { name: "x₁", of: (p) => p[0]!, law: standardNormal },
    { name: "x₂", of: (p) => p[1]!, law: standardNormal },
    { name: "x₂ given x₁", of: (p) => (p[1]! - RHO * p[0]!) / REST, law: standardNormal },
  ],
  draw(key, n) {
    const z = normal(key, [n, 2], "float64").data;
    return tensor(
      Float32Array.from(z, (v, i) => (i % 2 === 0 ? v : RHO * z[i - 1]! + REST * v)),
      [n, 2],
    );
  },
};

/** `E(y) = eʸ − y`: `eʸ` is standard exponential, so the mean is −γ and the variance π²/6. */
export const skewed: KnownTarget = {
  name: "skewed",
  energy: makeEnergy({ event: [1], energy: (y) => sum(sub(exp(y), y), 1) }),
  // The weight exp(y + y²/18 − eʸ) is below its largest value down to y = −18, where 1e-8 of the mass is left.
  ...gaussianProposal(1, 0, 3),
  views: [
    {
      name: "y",
      of: (p) => p[0]!,
      law: { mean: -0.5772156649015329, variance: Math.PI ** 2 / 6, cdf: (y) => -Math.expm1(-Math.exp(y)) },
    },
  ],
  draw: (key, n) =>
    tensor(
      Float32Array.from(uniform(key, [n, 1], "float64").data, (u) => Math.log(-Math.log(u))),
      [n, 1],
    ),
};

/** A scalar of every point of `(…, d)`. */
export function viewOf({ of }: View, x: FloatTensor): Float64Array {
  const d = x.shape.at(-1)!;
  return Float64Array.from({ length: x.data.length / d }, (_, i) => of(x.data.subarray(i * d, (i + 1) * d)));
}

/** A target as kernels see it: expressions of one width, for a number of chains. */
export const targetOf = (
  { energy, flow, flowParams }: Pick<KnownTarget, "energy" | "flow" | "flowParams">,
  chains: number,
  dtype: "float32" | "float64",
): Target => ({
  energy: (x) => energy(x),
  event: energy.event,
  chains,
  ...(energy.smoothed ? { smoothed: (x: Expr, sigma: Operand) => energy.smoothed!(x, sigma) } : {}),
  proposal: proposalOf(flow, constant(cast(flowParams, dtype))),
});

/** Members of a registry as one list: what their options are no longer matters to who reads them from their facts. */
export const listSamplers = (members: Readonly<Record<string, unknown>>): readonly Sampler[] =>
  Object.values(members) as readonly Sampler[];
