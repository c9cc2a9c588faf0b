/** A density along a segment. */

import { InputError, ShapeError } from "../../util/errors.js";
import { normaliseLogWeights } from "../log-z/log-weights.js";

/**
 * The conditional density along a line, `p(s) = exp(logP(s))/∫ exp(logP)`, normalised by the trapezoid rule.
 * @param s `(n)`, strictly increasing, in the units the density is per.
 * @param logP `(n)`, up to a constant; `−∞` is no density.
 * @returns `(n)`; NaN everywhere when there is no density at all.
 * @throws ShapeError when the lengths differ, InputError when `s` does not increase, NumericError for NaN.
 */
export function lineDensity(s: ArrayLike<number>, logP: ArrayLike<number>): Float64Array {
  const n = s.length;
  if (logP.length !== n) throw new ShapeError(`lineDensity: ${logP.length} log-densities for ${n} places`);
  if (n < 2) throw new InputError(`lineDensity: ${n} places; give at least 2`);
  for (let i = 1; i < n; i++)
    if (!(s[i]! > s[i - 1]!))
      throw new InputError(`lineDensity: place ${i} (from 0) is ${s[i]} after ${s[i - 1]}; give increasing places`);
  const { weights } = normaliseLogWeights("lineDensity", logP, "log-density");
  let area = 0;
  for (let i = 1; i < n; i++) area += ((weights[i - 1]! + weights[i]!) * (s[i]! - s[i - 1]!)) / 2;
  return weights.map((w) => w / area);
}
