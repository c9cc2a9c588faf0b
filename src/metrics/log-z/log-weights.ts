/** Importance weights from their logarithms, without overflow. */

import { InputError, NumericError } from "../../util/errors.js";

export interface NormalisedWeights {
  /** Self-normalised, summing to 1; all zero when no draw has weight. */
  readonly weights: Float64Array;
  /** `log Σ exp(log wᵢ)`; `−∞` when no draw has weight. */
  readonly logSum: number;
}

/**
 * `w̃ᵢ = exp(log wᵢ − log Σ exp(log wⱼ))`. A weight of zero is `−∞`.
 * @param noun what the numbers are, in the message.
 * @throws NumericError naming the first that is NaN or `+∞`, InputError when there are none.
 */
export function normaliseLogWeights(
  what: string,
  logWeights: ArrayLike<number>,
  noun = "log-weight",
): NormalisedWeights {
  const n = logWeights.length;
  if (n === 0) throw new InputError(`${what}: no ${noun}; give at least one`);
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    const v = logWeights[i]!;
    if (Number.isNaN(v) || v === Number.POSITIVE_INFINITY)
      throw new NumericError(`${what}: ${noun} ${i} (from 0) is ${v}; expected a finite number or -Infinity`);
    top = Math.max(top, v);
  }
  if (top === Number.NEGATIVE_INFINITY) return { weights: new Float64Array(n), logSum: top };
  const weights = Float64Array.from(logWeights, (v) => Math.exp(v - top));
  let total = 0;
  for (const w of weights) total += w;
  return { weights: weights.map((w) => w / total), logSum: top + Math.log(total) };
}

/** Kish's effective sample size `(Σ w)²/Σ w²`, of weights that sum to 1; 0 when no draw has weight. */
export function kishSize(weights: Float64Array): number {
  const squares = weights.reduce((s, w) => s + w * w, 0);
  return squares === 0 ? 0 : 1 / squares;
}
