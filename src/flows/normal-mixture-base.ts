/** A mixture of Gaussians fitted to the rows it starts at, and given from then on. */

import type { NormalCloud } from "../data/normal-mixture.js";
import { fitStack, type StackedMixture } from "../data/stack-normal-mixtures.js";
import type { Expr } from "../ir/expr.js";
import { freeze, layoutOf, packVectors, unpack } from "../nn/layout.js";
import { add, mul, square, sub } from "../ops/arithmetic.js";
import { argmax } from "../ops/extrema.js";
import { oneHot } from "../ops/indexing.js";
import { stopGradient } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { expandDims, reshape, sum } from "../ops/shape.js";
import { logSumExp } from "../ops/special.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { cholesky, logDet, lowerInverse } from "../util/cholesky.js";
import type { Base } from "./base.js";

/** The logarithm of the weight of a component that the fit has left without any: no draw is of it. */
const NONE = -1e4;

/**
 * `q(z) = Σ_k w_k N(z; m_k, L_k L_kᵀ)` with full covariances: the mixtures of a stack, each by expectation–maximisation of
 * the rows it starts at; without rows, components of unit covariance around random points. Nothing of it is learned
 * afterwards: it is a maximum of the likelihood already, and a step away from it fits the rows of one batch. Parameters hold
 * `L_k` to draw with and `L_k⁻¹` to score with.
 */
export function normalMixtureBase(d: number, stack: readonly StackedMixture[]): Base {
  const K = stack.reduce((sum, { components }) => sum + components, 0);
  // Of all components at once: entry (i, k d + a) is that of row a and column i.
  const layout = freeze(
    layoutOf({
      logWeights: [K],
      logDets: [K],
      means: [K, d],
      shifts: [K * d],
      colors: [d, K * d],
      whitens: [d, K * d],
    }),
  );
  type Leaf = "logWeights" | "logDets" | "means" | "shifts" | "colors" | "whitens";
  const leaves = (params: Expr): Record<Leaf, Expr> => unpack(layout, params) as Record<Leaf, Expr>;
  return {
    layout,
    init: (key, data) => packClouds(data ? fitStack(data, stack, key) : scattered(key, K, d), K, d),
    noise: (n) => ({ component: { law: "gumbel", shape: [n, K] }, z: { law: "normal", shape: [n, d] } }),
    sample({ component, z }, params) {
      const { logWeights, means, colors } = leaves(params);
      const n = z!.shape[0]!;
      const dtype = z!.dtype as "float32" | "float64";
      const chosen = oneHot(argmax(stopGradient(add(component!, logWeights)), 1), K, dtype); // (n, K)
      const colored = reshape(matmul(z!, colors), [n, K, d]);
      return add(matmul(chosen, means), sum(mul(colored, expandDims(chosen, 2)), 1));
    },
    logProb(z, params) {
      const { logWeights, logDets, shifts, whitens } = leaves(params);
      const white = reshape(sub(matmul(z, whitens), shifts), [z.shape[0]!, K, d]);
      const constants = sub(sub(logWeights, logDets), (d / 2) * Math.log(2 * Math.PI));
      return logSumExp(add(mul(-0.5, sum(square(white), 2)), constants), 1);
    },
  };
}

/** Components of unit covariance around random points. */
function scattered(key: Key, K: number, d: number): NormalCloud[] {
  const means = normal(fold(key, "means"), [K, d], "float64").data;
  const identity = Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => (i === j ? 1 : 0)));
  return Array.from({ length: K }, (_, k) => ({
    weight: 1 / K,
    mean: Array.from(means.subarray(k * d, (k + 1) * d)),
    covariance: identity,
  }));
}

/** The parameters of a mixture, those of components that the fit left out with no weight. */
function packClouds(clouds: readonly NormalCloud[], K: number, d: number): Float32Array {
  const [logWeights, logDets, means] = [new Float64Array(K).fill(NONE), new Float64Array(K), new Float64Array(K * d)];
  const [shifts, colors, whitens] = [new Float64Array(K * d), new Float64Array(d * K * d), new Float64Array(d * K * d)];
  const total = clouds.reduce((sum, { weight }) => sum + weight, 0);
  for (let k = 0; k < K; k++) {
    const { weight, mean, covariance } = clouds[k] ?? { ...clouds[0]!, weight: 0 };
    const lower = cholesky(Float64Array.from((covariance as number[][]).flat()), d, `normal mixture: component ${k}`);
    const inverse = lowerInverse(lower, d);
    if (weight > 0) logWeights[k] = Math.log(weight / total);
    logDets[k] = logDet(lower, d) / 2;
    means.set(mean, k * d);
    for (let a = 0; a < d; a++)
      for (let i = 0; i <= a; i++) {
        const at = i * K * d + k * d + a;
        colors[at] = lower[a * d + i]!;
        whitens[at] = inverse[a * d + i]!;
        shifts[k * d + a]! += inverse[a * d + i]! * mean[i]!;
      }
  }
  return packVectors([logWeights, logDets, means, shifts, colors, whitens].map((v) => Float32Array.from(v)));
}
