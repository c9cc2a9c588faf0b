/** Numerical integrals. */

export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The `n`-point Gauss–Legendre rule on `(from, to)`: `∫ f ≈ Σ_i w_i f(t_i)`, exact for polynomials up to degree
 * `2n − 1`. Nodes by Newton's method on the Legendre polynomial, to full precision; they ascend.
 */
export function gaussLegendre(n: number, from: number, to: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  const half = (to - from) / 2;
  for (let i = 0; i < n; i++) {
    let t = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0, step = 1; round < 20 && Math.abs(step) > 1e-15; round++) {
      const [value, derivative] = legendre(n, t);
      step = value / derivative;
      slope = derivative;
      t -= step;
    }
    nodes[n - 1 - i] = from + half * (1 + t);
    weights[n - 1 - i] = (2 * half) / ((1 - t * t) * slope * slope);
  }
  return { nodes, weights };
}

/** `P_n(t)` and `P_n′(t)`, by the three-term recurrence. */
function legendre(n: number, t: number): [number, number] {
  let before = 1;
  let value = t;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * t * value - (k - 1) * before) / k;
    before = value;
    value = next;
  }
  return [value, (n * (t * value - before)) / (t * t - 1)];
}
