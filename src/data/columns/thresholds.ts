/** Categories as intervals of a standard normal coordinate, as wide as they are common. */

import { normalQuantile } from "../../random/normal-quantile.js";
import type { ColumnMap } from "./column.js";

/** Beyond it a standard normal has less than 1e-15 of its mass. */
const FAR = 8;

const LOG_ROOT_2PI = 0.5 * Math.log(2 * Math.PI);

/**
 * Category k of probability pₖ among all stands for the interval of a standard normal coordinate between its thresholds
 * `Φ⁻¹(p₀ + … + pₖ₋₁)` and `Φ⁻¹(p₀ + … + pₖ)`; its place there is `z = Φ⁻¹(p₀ + … + pₖ₋₁ + u pₖ)`, u uniform. So every
 * coordinate is some category, and the probabilities of all of them sum to 1 whatever the density of z is:
 * `P(k) = E_u[p(z) pₖ/φ(z)]`, without error where z is standard normal. This is the latent coordinate of an ordered probit
 * (McKelvey & Zavoina 1975) as dequantisation (Hoogeboom, Cohen & Tomczak 2021 keep one coordinate a category instead).
 * @param values the numbers that stand for the categories, in order.
 * @param shares positive, of sum 1.
 */
export function thresholdMap(values: readonly number[], shares: readonly number[]): ColumnMap {
  const below: number[] = [0];
  for (const share of shares) below.push(below[below.length - 1]! + share);
  const thresholds = below.slice(1, -1).map(normalQuantile);
  const numbers = new Map(values.map((value, k) => [value + 0, k]));
  const edge = (k: number): number => Math.max(-FAR, Math.min(FAR, thresholds[k] ?? FAR));
  return {
    width: 1,
    noisy: true,
    encode(cell, u) {
      if (Number.isNaN(cell)) return Number.NaN;
      const k = numbers.get(cell + 0);
      if (k === undefined) return 0;
      const at = normalQuantile(Math.min(1 - 2 ** -53, below[k]! + u * shares[k]!));
      return Math.max(-FAR, Math.min(FAR, at));
    },
    decode(z) {
      const k = thresholds.findIndex((t) => z < t);
      return values[k < 0 ? values.length - 1 : k]!;
    },
    logDet(cell, z) {
      const k = numbers.get(cell + 0);
      return k === undefined ? Number.NEGATIVE_INFINITY : Math.log(shares[k]!) + (z * z) / 2 + LOG_ROOT_2PI;
    },
    interval(cell) {
      const k = numbers.get(cell + 0) ?? 0;
      return [k === 0 ? -FAR : edge(k - 1), edge(k)];
    },
    nominal: true,
    rounded: (cell) => cell,
  };
}

/** How common each value is among cells, as if each had been seen once more. */
export function sharesOf(values: readonly number[], cells: Float64Array): number[] {
  const counts = new Map(values.map((value) => [value + 0, 1]));
  for (const cell of cells) counts.set(cell + 0, (counts.get(cell + 0) ?? 0) + 1);
  return values.map((value) => counts.get(value + 0)! / (cells.length + values.length));
}

/** Text that stands for values, in the same order. */
export const textOf = (values: readonly number[], texts: readonly string[]): NonNullable<ColumnMap["text"]> => ({
  read(text) {
    const k = texts.indexOf(text);
    return k < 0 ? undefined : values[k];
  },
  write: (cell) => texts[values.indexOf(cell)] ?? String(cell),
  expected: `one of ${texts.length > 12 ? `${texts.slice(0, 12).join(", ")}, …` : texts.join(", ")}`,
});
