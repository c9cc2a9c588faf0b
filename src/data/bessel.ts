/** The modified Bessel function that angular averages of normal clouds bring in. */

/**
 * `log(e⁻ˣ I₀(x))` for `x ≥ 0`, to 1e-14.
 *
 * `I₀(x) = Σ_k (x/2)²ᵏ / k!²`, all terms positive; beyond 30 Hankel's expansion
 * `e⁻ˣ I₀(x) ~ (2πx)^(−½) Σ_k Π_{j≤k} (2j−1)² / (8 j x)`. Abramowitz & Stegun (1964), 9.6.10 and 9.7.1.
 */
export function logBesselI0Scaled(x: number): number {
  let term = 1;
  let sum = 1;
  if (x <= 30) {
    for (let k = 1; term > sum * 1e-17; k++) {
      term *= (x / (2 * k)) ** 2;
      sum += term;
    }
    return Math.log(sum) - x;
  }
  for (let k = 1; term > 1e-17; k++) {
    term *= (2 * k - 1) ** 2 / (8 * k * x);
    sum += term;
  }
  return Math.log(sum) - Math.log(2 * Math.PI * x) / 2;
}
