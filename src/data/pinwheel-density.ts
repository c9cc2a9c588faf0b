/** The exact density of a pinwheel, by finding every point that its twist maps to a given one. */

import { logSumExp } from "./mixture.js";
import type { PointFunction } from "./points.js";

export interface Wheel {
  readonly arms: number;
  readonly radialDeviation: number;
  readonly tangentialDeviation: number;
  readonly rate: number;
  readonly scale: number;
}

const TURN = 2 * Math.PI;

// Further out, where every term is below e⁻³⁰⁰ of the peak, the preimages grow like eʳ: the density counts as 0 there.
const NEGLIGIBLE = 300;

/**
 * The twist keeps the radius `r = √(a² + b²)` and turns the angle `φ` of `(a, b)` by `ρ eᵃ`. With `a = r cos φ` a point
 * at the angle `ψ` therefore comes from every `φ` where `h(φ) = φ + ρ exp(r cos φ)` equals `ψ` up to a multiple of
 * `2π/K`, and `p(x) = Σ_φ N(a; 1, s²) N(b; 0, τ²) / (K scale² |h′(φ)|)` with `h′(φ) = 1 − ρ b eᵃ`.
 */
export function pinwheelDensity(wheel: Wheel): { logDensity: PointFunction; arm: PointFunction } {
  const { arms, radialDeviation: s, tangentialDeviation: tau, rate, scale } = wheel;
  const step = TURN / arms;
  const constant = -Math.log(arms * scale * scale * s * tau * TURN);
  const farthest = 1 + Math.max(s, tau) * Math.sqrt(2 * NEGLIGIBLE);

  /** Of each preimage, the log density it brings and the arm it lies on. */
  const preimages = (point: Float64Array): [number, number][] => {
    const r = Math.hypot(point[0]!, point[1]!) / scale;
    if (r > farthest) return [];
    const psi = Math.atan2(point[1]!, point[0]!);
    const h = (phi: number): number => phi + rate * Math.exp(r * Math.cos(phi));
    const ends = [-Math.PI, ...turningPoints(r, rate), Math.PI];
    return ends.slice(1).flatMap((to, i) => {
      const from = ends[i]!;
      return levelsBetween(h(from), h(to), psi, step).map(([level, m]): [number, number] => {
        const phi = root((t) => h(t) - level, from, to);
        const [a, b] = [r * Math.cos(phi), r * Math.sin(phi)];
        const slope = Math.abs(1 - rate * b * Math.exp(a));
        const square = ((a - 1) / s) ** 2 + (b / tau) ** 2;
        return [constant - square / 2 - Math.log(slope), ((-m % arms) + arms) % arms];
      });
    });
  };

  return {
    logDensity: (point) => logSumExp(Float64Array.from(preimages(point), ([value]) => value)),
    arm: (point) => preimages(point).reduce((best, next) => (next[0] > best[0] ? next : best), [-Infinity, 0])[1],
  };
}

/**
 * Where `h′(φ) = 1 − ρ r sin φ exp(r cos φ)` changes sign: nowhere, or twice in (0, π), around the peak of the last term
 * at `cos φ = (√(1 + 4r²) − 1) / 2r`. Between these points `h` is monotone.
 */
function turningPoints(r: number, rate: number): number[] {
  const slope = (phi: number): number => 1 - rate * r * Math.sin(phi) * Math.exp(r * Math.cos(phi));
  const peak = Math.acos((2 * r) / (Math.sqrt(1 + 4 * r * r) + 1));
  return slope(peak) < 0 ? [root(slope, 0, peak), root(slope, peak, Math.PI)] : [];
}

/** The values `ψ + m · step` from the lower of two bounds up to below the higher, each with its `m`. */
function levelsBetween(one: number, other: number, psi: number, step: number): [number, number][] {
  const low = Math.ceil((Math.min(one, other) - psi) / step);
  const high = Math.ceil((Math.max(one, other) - psi) / step);
  return Array.from({ length: high - low }, (_, i) => [psi + (low + i) * step, low + i]);
}

/** The root of a monotone function between two points of opposite sign, by the Illinois rule (Dowell & Jarratt 1971). */
function root(f: (t: number) => number, from: number, to: number): number {
  let [a, b, fa, fb] = [from, to, f(from), f(to)];
  for (let round = 0; round < 100; round++) {
    const t = fa === fb ? (a + b) / 2 : b - (fb * (b - a)) / (fb - fa);
    const ft = f(t);
    if (ft === 0 || Math.abs(t - b) < 1e-15) return t;
    if (ft > 0 === fb > 0) fa /= 2;
    else {
      a = b;
      fa = fb;
    }
    b = t;
    fb = ft;
  }
  return b;
}
