/** Plane curves blurred by normal noise: `p(x) = ∫ ρ(t) N(x; c(t), s² I) dt`, by quadrature along the curve. */

import type { PointFunction } from "./points.js";
import { gaussLegendre } from "./quadrature.js";

export interface Curve {
  /** `c(t)`. */
  point(t: number): readonly [number, number];
  readonly from: number;
  readonly to: number;
  /** `ρ(t)`, the density of the parameter; it integrates to 1 over `from … to`. */
  density(t: number): number;
  /** The parameter below which a share `u` of the mass lies. */
  quantile(u: number): number;
}

export interface BlurredCurve {
  readonly logDensity: PointFunction;
  /** The nodes of the quadrature: points of the curve, close together. */
  readonly points: readonly (readonly [number, number])[];
}

// Terms below e⁻⁴⁵ of the largest cannot change the sum in float64.
const NEGLIGIBLE = 45;

/**
 * A curve blurred by `N(0, s² I)`, exact to about 1e-10 relative.
 * @param spacing largest distance of neighbouring nodes, in units of `s`: 0.6 gives that accuracy.
 */
export function blurredCurve(curve: Curve, s: number, spacing = 0.6): BlurredCurve {
  const { points, mass } = nodesOf(curve, spacing * s);
  const n = points.length;
  const u = Float64Array.from(points, (p) => p[0]);
  const v = Float64Array.from(points, (p) => p[1]);
  const squares = new Float64Array(n);
  const logDensity: PointFunction = (point) => {
    const x = point[0]!;
    const y = point[1]!;
    let least = Infinity;
    for (let i = 0; i < n; i++) {
      const square = (x - u[i]!) ** 2 + (y - v[i]!) ** 2;
      squares[i] = square;
      if (square < least) least = square;
    }
    if (least === Infinity) return -Infinity;
    const far = least + 2 * NEGLIGIBLE * s * s;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const square = squares[i]!;
      if (square <= far) sum += mass[i]! * Math.exp((least - square) / (2 * s * s));
    }
    return Math.log(sum / (2 * Math.PI * s * s)) - least / (2 * s * s);
  };
  return { logDensity, points };
}

/** Quadrature points along a curve, no two neighbours further apart than `gap`, each with its share of the mass. */
function nodesOf(curve: Curve, gap: number): { points: (readonly [number, number])[]; mass: Float64Array } {
  for (let n = 32; ; ) {
    const { nodes, weights } = gaussLegendre(n, curve.from, curve.to);
    const points = Array.from(nodes, curve.point);
    const widest = points.slice(1).reduce((most, [x, y], i) => {
      const [before, under] = points[i]!;
      return Math.max(most, Math.hypot(x - before, y - under));
    }, 0);
    if (widest <= gap) return { points, mass: weights.map((w, i) => w * curve.density(nodes[i]!)) };
    n = Math.ceil((n * widest) / gap) + 1;
  }
}
