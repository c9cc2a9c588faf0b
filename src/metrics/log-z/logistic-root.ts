/** The constant at which two samples weigh the same in a logistic classification: what bridge sampling and NCE solve. */

import { NumericError } from "../../util/errors.js";
import { variance } from "../../util/moments.js";
import { varianceDegrees } from "../intervals/degrees.js";
import { normaliseLogWeights } from "./log-weights.js";

/** One sample's side of the equation: the chance that it is taken for the other. */
export interface Side {
  /** The chances, relative to the largest. */
  readonly values: Float64Array;
  /** Log of their mean. */
  readonly logMean: number;
  /** Their variance over their squared mean, and its degrees of freedom. */
  readonly relativeVariance: number;
  readonly degrees: number;
  /** `(Σ v)²/Σ v²`: how many draws carry the sum. */
  readonly size: number;
}

export interface LogisticRoot {
  readonly value: number;
  /** Derivative of the equation at the root, between 0 and 2; 1 where the positives are draws of the model. */
  readonly slope: number;
  readonly positives: Side;
  readonly noise: Side;
}

/** `log σ(−u) = −log(1 + eᵘ)`. */
const logFalse = (u: number): number => (u > 0 ? -u - Math.log1p(Math.exp(-u)) : -Math.log1p(Math.exp(u)));
const sigmoid = (u: number): number => Math.exp(logFalse(-u));

/** `log mean σ(s u)` for s = ±1, and the mean of `1 − σ(s u)` under these weights, which is the derivative of it. */
function logMeanSigmoid(ratios: ArrayLike<number>, shift: number, sign: 1 | -1): { value: number; slope: number } {
  const n = ratios.length;
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) top = Math.max(top, logFalse(-sign * (ratios[i]! - shift)));
  if (top === Number.NEGATIVE_INFINITY) return { value: top, slope: 0 };
  let [total, slope] = [0, 0];
  for (let i = 0; i < n; i++) {
    const u = sign * (ratios[i]! - shift);
    const weight = Math.exp(logFalse(-u) - top);
    total += weight;
    slope += weight * sigmoid(-u);
  }
  return { value: top + Math.log(total / n), slope: slope / total };
}

function sideOf(ratios: ArrayLike<number>, shift: number, sign: 1 | -1): Side {
  const logs = Float64Array.from(ratios, (l) => logFalse(-sign * (l - shift)));
  const top = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const values = logs.map((v) => Math.exp(v - top));
  const [sum, squares] = values.reduce<[number, number]>(([s, q], v) => [s + v, q + v * v], [0, 0]);
  const mean = sum / values.length;
  return {
    values,
    logMean: top + Math.log(mean),
    relativeVariance: variance(values, mean) / mean ** 2,
    degrees: varianceDegrees(values),
    size: (sum * sum) / squares,
  };
}

/** A change of the root below which it stands still; relative where the root is large. */
const TOLERANCE = 1e-12;
const ROUNDS = 200;

/**
 * The `c` with `n₁ mean σ(−u) = n₂ mean σ(u)`, `u = log-ratio − c + log(n₁/n₂)`, the left mean over the positives and
 * the right one over the noise. The logarithm of left over right rises in `c` with a slope between 0 and 2: Newton's
 * method within a bracket, in logarithms throughout, so a poor overlap costs digits of the answer and none of the root.
 * @param logOdds `log(n₁/n₂)`; the sizes may be effective ones.
 * @throws NumericError for a log-ratio that is NaN or `+∞`, or a positive whose log-ratio is `−∞`.
 */
export function logisticRoot(
  what: string,
  positives: ArrayLike<number>,
  noise: ArrayLike<number>,
  logOdds: number,
): LogisticRoot | null {
  normaliseLogWeights(what, positives, "log-ratio of the positives");
  const { logSum } = normaliseLogWeights(what, noise, "log-ratio of the noise");
  for (let i = 0; i < positives.length; i++)
    if (positives[i] === Number.NEGATIVE_INFINITY)
      throw new NumericError(
        `${what}: positive ${i} (from 0) has density 0 under the model; it cannot be a draw of it`,
      );
  if (logSum === Number.NEGATIVE_INFINITY) return null;

  // In terms of the shift c − log-odds, at which u is 0.
  const at = (shift: number): { value: number; slope: number } => {
    const left = logMeanSigmoid(positives, shift, -1);
    const right = logMeanSigmoid(noise, shift, 1);
    return { value: logOdds + left.value - right.value, slope: left.slope + right.slope };
  };
  let shift = logSum - Math.log(noise.length) - logOdds;
  let [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0, width = 1; round < ROUNDS; round++) {
    const { value, slope } = at(shift);
    if (value <= 0) low = shift;
    if (value >= 0) high = shift;
    let next = shift - value / slope;
    // Without a bracket yet, walk; with one, halve it where Newton's step would leave it.
    if (high === Number.POSITIVE_INFINITY) next = Math.min(next, shift + width);
    else if (low === Number.NEGATIVE_INFINITY) next = Math.max(next, shift - width);
    else if (!(next > low && next < high)) next = (low + high) / 2;
    width *= 2;
    const still = Math.abs(next - shift) <= TOLERANCE * Math.max(1, Math.abs(shift));
    shift = next;
    if (still) break;
  }
  return {
    value: shift + logOdds,
    slope: at(shift).slope,
    positives: sideOf(positives, shift, -1),
    noise: sideOf(noise, shift, 1),
  };
}
