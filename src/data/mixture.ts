/** Mixtures of any components: `log p(x) = log Σ_k w_k p_k(x)`. */

import type { PointFunction } from "./points.js";

/** Weights divided by their sum. */
export function normalized(weights: readonly number[]): number[] {
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / total);
}

/** `log Σ exp(values)`, without overflow; −∞ when all are −∞. */
export function logSumExp(values: Float64Array): number {
  let top = -Infinity;
  for (const v of values) top = Math.max(top, v);
  if (!Number.isFinite(top)) return top;
  let sum = 0;
  for (const v of values) sum += Math.exp(v - top);
  return top + Math.log(sum);
}

/** The log density of a mixture from those of its components, with weights that sum to 1. */
export function mixtureLogDensity(weights: readonly number[], components: readonly PointFunction[]): PointFunction {
  const logWeights = weights.map(Math.log);
  const terms = new Float64Array(components.length);
  return (point) => {
    for (let k = 0; k < terms.length; k++) terms[k] = logWeights[k]! + components[k]!(point);
    return logSumExp(terms);
  };
}

/** The index of the component most likely to have made a point: `argmax_k w_k p_k(x)`. */
export function likeliest(weights: readonly number[], components: readonly PointFunction[]): PointFunction {
  const logWeights = weights.map(Math.log);
  return (point) => {
    let best = 0;
    let most = -Infinity;
    components.forEach((component, k) => {
      const value = logWeights[k]! + component(point);
      if (value > most) {
        most = value;
        best = k;
      }
    });
    return best;
  };
}
