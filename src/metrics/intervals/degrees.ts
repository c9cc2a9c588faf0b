/** How well a standard error is known: degrees of freedom, and what they mean for an interval and for a difference. */

import { mean } from "../../util/moments.js";
import { betaProbability } from "./beta-quantile.js";

/**
 * Degrees of freedom of a sample variance, `2n/(κ − 1)` with the kurtosis κ: `n − 1` for normal numbers, few for
 * skewed ones, whose variance hangs on some of them. `∞` for numbers that do not vary.
 */
export function varianceDegrees(x: ArrayLike<number>): number {
  const n = x.length;
  const centre = mean(x);
  let [second, fourth] = [0, 0];
  for (let i = 0; i < n; i++) {
    const square = (x[i]! - centre) ** 2;
    second += square / n;
    fourth += square ** 2 / n;
  }
  if (second === 0) return Number.POSITIVE_INFINITY;
  const kurtosis = fourth / second ** 2;
  return Math.max(1, Math.min(n - 1, kurtosis > 1 ? (2 * n) / (kurtosis - 1) : n - 1));
}

/** A variance with its degrees of freedom. */
export type Known = readonly [variance: number, degrees: number];

/** Degrees of freedom of a sum of independent variances, `(Σ v)²/Σ(v²/ν)`: Welch (1947), Satterthwaite (1946). */
export function sumDegrees(parts: readonly Known[]): number {
  const total = parts.reduce((s, [v]) => s + v, 0);
  const spread = parts.reduce((s, [v, degrees]) => s + (v * v) / degrees, 0);
  return spread === 0 ? Number.POSITIVE_INFINITY : total ** 2 / spread;
}

/** Beyond so many degrees of freedom Student's law is the normal one. */
const MANY = 1e4;

/** The chance that a Student variable is further from 0 than `t`. */
export function studentTail(t: number, degrees: number): number {
  const nu = Math.min(degrees, MANY);
  return betaProbability(nu / (nu + t * t), nu / 2, 0.5);
}
