/** The beta distribution and, through it, Student's t: what intervals of order statistics and of a few chains need. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** `log Γ(x)` for `x > 0`: Lanczos (1964), nine terms, relative error about 1e-15. */
export function logGamma(x: number): number {
  const t = x + 6.5;
  let s = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) s += LANCZOS[i]! / (x - 1 + i);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(s);
}

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
