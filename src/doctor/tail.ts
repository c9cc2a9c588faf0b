/** How a function grows along a ray, told from its values at doubling distances. */

/**
 * `falls`, `flat` and `logarithmic` with too small a rate leave `∫ rᵈ⁻¹ exp(−E) dr` infinite; the others do not.
 * `steep` is whatever overflows; `unknown` whatever is not a number too early to tell.
 */
export type TailKind =
  | "falls"
  | "flat"
  | "logarithmic"
  | "slow"
  | "linear"
  | "power"
  | "quadratic"
  | "steep"
  | "unknown";

export interface Tail {
  readonly kind: TailKind;
  /** `E ≈ rate · log r` at the end: what must exceed the number of coordinates. */
  readonly rate: number;
  /** `E ≈ rᵖ` at the end. */
  readonly power: number;
}

/** Values at distances 1, 2, 4, …; fewer than this many say nothing. */
const LEAST = 6;

/**
 * The kind of growth. With `Dₖ = E(2ᵏ⁺¹) − E(2ᵏ)`: a power `rᵖ` has `Dₖ₊₁/Dₖ → 2ᵖ`, a logarithm `a log r` has `Dₖ → a log 2`,
 * what saturates has `Dₖ → 0`.
 * @param precision relative rounding of the values.
 */
export function tailOf(values: ArrayLike<number>, precision: number): Tail {
  const all = Array.from(values);
  const end = all.findIndex((v) => !Number.isFinite(v));
  const known = end < 0 ? all : all.slice(0, end);
  if (end >= 0 && all[end] === Number.POSITIVE_INFINITY)
    return { kind: "steep", rate: Number.POSITIVE_INFINITY, power: Number.POSITIVE_INFINITY };
  if (end >= 0 && all[end] === Number.NEGATIVE_INFINITY)
    return { kind: "falls", rate: Number.NEGATIVE_INFINITY, power: 0 };
  if (known.length < LEAST) return { kind: "unknown", rate: Number.NaN, power: Number.NaN };
  const rises = known.slice(1).map((v, k) => v - known[k]!);
  const [before, middle, last] = rises.slice(-3) as [number, number, number];
  const noise = precision * Math.max(...known.slice(-2).map(Math.abs));
  const rate = last / Math.LN2;
  const power = 0.5 * Math.log2(last / before);
  const kind = (): TailKind => {
    if (last < -noise) return "falls";
    // What still rises, but ever less with every doubling, arrives at a constant.
    if (last <= noise || (last < 0.9 * middle && middle < 0.9 * before)) return "flat";
    if (!(power > 0.25)) return "logarithmic";
    if (power < 0.75) return "slow";
    if (power < 1.25) return "linear";
    return power > 1.75 && power < 2.25 ? "quadratic" : "power";
  };
  return { kind: kind(), rate, power };
}
