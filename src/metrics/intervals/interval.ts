/** From a standard error to an interval that holds the truth 95 times in 100. */

import { mean, median, variance } from "../../util/moments.js";
import type { Estimate } from "../metric.js";
import { betaProbability, studentQuantile } from "./beta-quantile.js";

/** `Φ⁻¹(0.975)`. */
export const Z95 = 1.959963984540054;

/** A value whose error is unknown. */
export const bare = (value: number): Estimate => ({ value, standardError: null, interval: null });

/** `value ± 1.96 se`, or a bare value where the error is not a number. */
export function normalEstimate(value: number, standardError: number): Estimate {
  if (!Number.isFinite(value) || !Number.isFinite(standardError)) return bare(value);
  return { value, standardError, interval: [value - Z95 * standardError, value + Z95 * standardError] };
}

/** `value ± t₀.₉₇₅(ν) se`, for an error with ν degrees of freedom; bare where it is not a number. */
export function studentEstimate(value: number, standardError: number, degrees: number): Estimate {
  if (!Number.isFinite(value) || !Number.isFinite(standardError)) return bare(value);
  const half = standardError * (degrees < 1e4 ? studentQuantile(0.975, degrees) : Z95);
  return { value, standardError, interval: [value - half, value + half] };
}

/**
 * The mean of independent values, `x̄ ± t₀.₉₇₅(n − 1) s/√n`: honest for a handful of chains, where 1.96 is not.
 * Bare for fewer than two values.
 */
export function meanEstimate(values: ArrayLike<number>): Estimate {
  const n = values.length;
  const value = mean(values);
  const standardError = Math.sqrt(variance(values, value) / n);
  if (!Number.isFinite(standardError)) return bare(value);
  const half = standardError * studentQuantile(0.975, n - 1);
  return { value, standardError, interval: [value - half, value + half] };
}

/**
 * The median of independent values between two order statistics, `[x₍ᵣ₎, x₍ₙ₊₁₋ᵣ₎]` with the largest r that leaves out
 * at most one time in 20, `P(B < r) ≤ 0.025` for `B ~ Bin(n, ½)`: whatever the law of the values.
 * The standard error is that of a normal law with this interval. Bare for fewer than six values, which hold no such
 * interval, and where a value or an end is not finite; NaN where a value is.
 * Source: David & Nagaraja (2003), Order statistics, section 7.1.
 */
export function medianEstimate(values: ArrayLike<number>): Estimate {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  // NaN is sorted to the end.
  if (n === 0 || Number.isNaN(sorted[n - 1])) return bare(Number.NaN);
  // P(B < r) = I_½(n − r + 1, r) grows with r.
  const leavesOut = (r: number): number => betaProbability(0.5, n - r + 1, r);
  let rank = 0;
  for (let above = Math.ceil(n / 2); rank + 1 < above; ) {
    const r = Math.floor((rank + above) / 2);
    if (leavesOut(r) <= 0.025) rank = r;
    else above = r;
  }
  const value = median(sorted);
  const [low, high] = [sorted[rank - 1] ?? Number.NaN, sorted[n - rank] ?? Number.NaN];
  if (![value, low, high].every(Number.isFinite)) return bare(value);
  return { value, standardError: (high - low) / (2 * Z95), interval: [low, high] };
}

/**
 * A proportion `p` seen in `n` independent draws (`n` may be an effective number): Wilson (1927) score interval,
 * the `π` with `|p − π| ≤ 1.96 √(π(1 − π)/n)`.
 * Unlike `p ± 1.96 se` it does not shrink to nothing at `p = 0` or `1`, and stays within `[0, 1]`.
 * @param degrees where `n` is itself an estimate, the degrees of freedom it was made with: Student's quantile then
 * takes the place of 1.96.
 */
export function proportionEstimate(p: number, n: number, degrees = Number.POSITIVE_INFINITY): Estimate {
  if (!(n > 0) || !Number.isFinite(p)) return bare(p);
  const z = Number.isFinite(degrees) ? studentQuantile(0.975, degrees) : Z95;
  const a = z ** 2 / n;
  const centre = (p + a / 2) / (1 + a);
  const half = Math.sqrt(a * p * (1 - p) + (a * a) / 4) / (1 + a);
  const low = p <= 0 ? 0 : Math.max(0, centre - half);
  const high = p >= 1 ? 1 : Math.min(1, centre + half);
  return { value: p, standardError: Math.sqrt((p * (1 - p)) / n), interval: [low, high] };
}
