/** The beta distribution and, through it, Student's t: what intervals of order statistics and of a few chains need. */

import { logGamma } from "../../util/gamma-functions.js";

/** Continued fraction of the incomplete beta function by Lentz's method; converges fast for `x < (a + 1)/(a + b + 2)`. */
function betaFraction(a: number, b: number, x: number): number {
  const tiny = 1e-300;
  const away = (v: number): number => (Math.abs(v) < tiny ? tiny : v);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let f = d;
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    f *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    f *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return f;
}

/** Regularised incomplete beta function `I_x(a, b)`: the probability that a Beta(a, b) variable is below `x`. */
export function betaProbability(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(a, b, x)) / a : 1 - (front * betaFraction(b, a, 1 - x)) / b;
}

/** The `x` with `I_x(a, b) = p`, by bisection to the last bits of `x`. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0 || p >= 1) return p <= 0 ? 0 : 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 1100; i++) {
    const x = (low + high) / 2;
    if (x === low || x === high || high - low <= Number.EPSILON * x) break;
    if (betaProbability(x, a, b) < p) low = x;
    else high = x;
  }
  return (low + high) / 2;
}

/** Upper quantile of Student's t, `0.5 < p < 1`: `t² = ν (1 − x)/x` with `x` the Beta(ν/2, 1/2) quantile of `2 (1 − p)`. */
export function studentQuantile(p: number, degrees: number): number {
  const x = betaQuantile(2 * (1 - p), degrees / 2, 0.5);
  return Math.sqrt((degrees * (1 - x)) / x);
}
