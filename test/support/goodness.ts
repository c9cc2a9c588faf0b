/** Does a sample come from a law? Test statistics, each with the chance that a true sample exceeds a threshold. */

/** Φ, by the series `½ + φ(x) Σ x²ᵏ⁺¹ / (2k+1)!!`: independent of the library's quantile. Good to 1e-13 for |x| < 7. */
export function normalCdf(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 300; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** Kolmogorov–Smirnov `√n D`; above `t` with chance about `2 exp(−2t²)`: 7.5e-6 at 2.5. */
export function kolmogorov(sample: ArrayLike<number>, cdf: (x: number) => number): number {
  const sorted = Float64Array.from(sample).sort();
  const n = sorted.length;
  let worst = 0;
  sorted.forEach((x, i) => {
    const f = cdf(x);
    worst = Math.max(worst, f - i / n, (i + 1) / n - f);
  });
  return Math.sqrt(n) * worst;
}

/**
 * Pearson's chi-square of counts against cell probabilities, as a standard normal score (Wilson & Hilferty 1931):
 * above 4.5 with chance about 3e-6. Cells where fewer than `least` are expected are pooled.
 */
export function chiSquareScore(counts: ArrayLike<number>, probabilities: ArrayLike<number>, least = 10): number {
  const total = Array.from(counts).reduce((a, b) => a + b, 0);
  let statistic = 0;
  let cells = 0;
  let pooledCount = 0;
  let pooledExpected = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const expected = total * probabilities[i]!;
    if (expected < least) {
      pooledCount += counts[i]!;
      pooledExpected += expected;
    } else {
      statistic += (counts[i]! - expected) ** 2 / expected;
      cells++;
    }
  }
  if (pooledExpected >= least) {
    statistic += (pooledCount - pooledExpected) ** 2 / pooledExpected;
    cells++;
    // Too rare a pool has no chi-square law; points there beyond any plausible Poisson count still refute.
  } else if (pooledCount > pooledExpected + 6 * Math.sqrt(pooledExpected) + 12) return Infinity;
  const degrees = cells - 1;
  if (degrees < 1) throw new Error("chiSquareScore: fewer than two cells expect enough points");
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(statistic / degrees) - (1 - spread)) / Math.sqrt(spread);
}
