/** The gamma function's logarithm and its first two derivatives, for positive numbers: what log-partitions are made of. */

/** From here on the asymptotic series are exact to rounding. */
const FAR = 12;

/** `Σ cₖ / x²ᵏ`, the first term last. */
const series = (coefficients: readonly number[], x: number): number => {
  const u = 1 / (x * x);
  return coefficients.reduceRight((s, c) => s * u + c, 0);
};

// From Bernoulli numbers: B₂ₖ / (2k (2k − 1)), B₂ₖ / 2k and B₂ₖ.
const LOG_GAMMA = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156];
const DIGAMMA = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12];
const TRIGAMMA = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6];

/** Up to here `(x − 1)!` is a double. */
const WHOLE = 23;

/**
 * `log Γ(x)`, `x > 0`: Stirling's series from 12 on, below it `log Γ(x + n) − log x(x + 1)…`, of small whole numbers the
 * logarithm of a factorial. Absolute error about 4e-15, or relative where the value is large.
 */
export function logGamma(x: number): number {
  if (Number.isInteger(x) && x <= WHOLE) {
    let factorial = 1;
    for (let k = 2; k < x; k++) factorial *= k;
    return Math.log(factorial);
  }
  let [at, product] = [x, 1];
  for (; at < FAR; at++) product *= at;
  const stirling = (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series(LOG_GAMMA, at) / at;
  return stirling - Math.log(product);
}

/** `ψ(x) = d/dx log Γ(x)`, `x > 0`. */
export function digamma(x: number): number {
  let [at, below] = [x, 0];
  for (; at < FAR; at++) below += 1 / at;
  return Math.log(at) - 0.5 / at - series(DIGAMMA, at) / (at * at) - below;
}

/** `ψ′(x)`, `x > 0`: positive and falling. */
export function trigamma(x: number): number {
  let [at, below] = [x, 0];
  for (; at < FAR; at++) below += 1 / (at * at);
  return 1 / at + 0.5 / (at * at) + series(TRIGAMMA, at) / (at * at * at) + below;
}
