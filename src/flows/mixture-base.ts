import { kMeans, nearestCentres } from "../data/k-means.js";
import type { Expr } from "../ir/expr.js";
import { layoutOf, packVectors, unpack } from "../nn/layout.js";
import { add, exp, mul, neg, square, sub } from "../ops/arithmetic.js";
import { argmax } from "../ops/extrema.js";
import { oneHot } from "../ops/indexing.js";
import { stopGradient } from "../ops/leaf.js";
import { matmul } from "../ops/linalg.js";
import { expandDims, sum } from "../ops/shape.js";
import { logSoftmax, logSumExp } from "../ops/special.js";
import { integers } from "../random/choose.js";
import { normal, uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { columnMoments } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import type { Base } from "./base.js";

/**
 * A mixture of `components` Gaussians with learned weights, means and scales: its weights are parameters of their own,
 * so a flow on it can get the weights of separated modes right. Means start at data by k-means++ seeding (Arthur &
 * Vassilvitskii 2007), or at random points of N(0, I) without data.
 * @param start `clusters`: components start as those of k-means, with their shares, means and deviations. Of images each
 * is then a picture of some of them, which couplings of neighbouring pixels are long in finding.
 */
export function mixtureBase(d: number, components: number, start: "seeds" | "clusters" = "seeds"): Base {
  const layout = layoutOf({ logits: [components], means: [components, d], logScales: [components, d] });
  return {
    layout,
    init(key, data) {
      if (data && start === "clusters") return clusters(key, data, components, d);
      const means = data ? seedMeans(key, data, components, d) : Float32Array.from(normal(key, [components, d]).data);
      const scale = data ? Math.log(Math.max(0.05, nearest(means, data, d))) : 0;
      return packVectors([new Float32Array(components), means, new Float32Array(components * d).fill(scale)]);
    },
    noise: (n) => ({ component: { law: "gumbel", shape: [n, components] }, z: { law: "normal", shape: [n, d] } }),
    sample({ component, z }, params) {
      const { logits, means, logScales } = unpack(layout, params) as Record<"logits" | "means" | "logScales", Expr>;
      const dtype = z!.dtype as "float32" | "float64";
      const chosen = oneHot(argmax(stopGradient(add(component!, logits)), 1), components, dtype); // (n, components)
      return add(matmul(chosen, means), mul(matmul(chosen, exp(logScales)), z!));
    },
    logProb(z, params) {
      const { logits, means, logScales } = unpack(layout, params) as Record<"logits" | "means" | "logScales", Expr>;
      const scaled = mul(sub(expandDims(z, 1), means), exp(neg(logScales))); // (batch, components, d)
      const logs = sub(mul(-0.5, sum(square(scaled), 2)), add(sum(logScales, 1), (d / 2) * Math.log(2 * Math.PI)));
      return logSumExp(add(logs, logSoftmax(logits)), 1);
    },
  };
}

/** The least deviation of a coordinate in a cluster, as a share of that in all data, and by itself. */
const [LEAST_SHARE, LEAST] = [0.1, 0.01] as const;

/** Logits, means and log-scales of the clusters of data `(n, d)`. */
function clusters(key: Key, { data, shape }: FloatTensor, components: number, d: number): Float32Array {
  const n = shape[0]!;
  const { squares: all } = columnMoments(data, d);
  const variances = all.map((s) => s / n);
  const points = { x: data, n, d, variances: new Float64Array(d).fill(1) };
  const centres = kMeans(points, components, key);
  const own = new Int32Array(n);
  nearestCentres(points, centres, own);
  const [counts, squares] = [new Float64Array(components), new Float64Array(components * d)];
  for (let i = 0; i < n; i++) {
    counts[own[i]!]!++;
    for (let j = 0; j < d; j++) squares[own[i]! * d + j]! += (data[i * d + j]! - centres[own[i]! * d + j]!) ** 2;
  }
  // A cluster of few points has the deviations of all data as well, as if of two of them.
  const scales = squares.map((s, at) => {
    const [k, j] = [Math.floor(at / d), at % d];
    const within = Math.sqrt((s + 2 * variances[j]!) / (counts[k]! + 2));
    return Math.log(Math.max(within, LEAST_SHARE * Math.sqrt(variances[j]!), LEAST));
  });
  return packVectors([
    Float32Array.from(counts, (c) => Math.log((c + 1) / (n + components))),
    Float32Array.from(centres),
    Float32Array.from(scales),
  ]);
}

const squaredDistance = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, d: number): number => {
  let s = 0;
  for (let k = 0; k < d; k++) s += (a[i * d + k]! - b[j * d + k]!) ** 2;
  return s;
};

/** k-means++ seeds: each next mean a data point drawn with probability proportional to its squared distance. */
function seedMeans(key: Key, { data, shape }: FloatTensor, components: number, d: number): Float32Array {
  const n = shape[0]!;
  const means = new Float32Array(components * d);
  const choose = (k: number, i: number): void => {
    for (let c = 0; c < d; c++) means[k * d + c] = data[i * d + c]!;
  };
  choose(0, integers(fold(key, "first"), [1], n)[0]!);
  const draws = uniform(fold(key, "next"), [components], "float64").data;
  const gap = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let k = 1; k < components; k++) {
    let total = 0;
    for (let i = 0; i < n; i++) {
      gap[i] = Math.min(gap[i]!, squaredDistance(means, k - 1, data, i, d));
      total += gap[i]!;
    }
    let left = draws[k]! * total;
    let i = 0;
    while (i < n - 1 && left > gap[i]!) left -= gap[i++]!;
    choose(k, i);
  }
  return means;
}

/** Root mean squared distance a coordinate from the data to its nearest mean. */
function nearest(means: Float32Array, { data, shape }: FloatTensor, d: number): number {
  const [n, components] = [shape[0]!, means.length / d];
  let total = 0;
  for (let i = 0; i < n; i++) {
    let best = Number.POSITIVE_INFINITY;
    for (let k = 0; k < components; k++) best = Math.min(best, squaredDistance(means, k, data, i, d));
    total += best;
  }
  return Math.sqrt(total / (n * d));
}
