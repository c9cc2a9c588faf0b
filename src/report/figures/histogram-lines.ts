/** Histograms as lines, so that two of them can be seen over each other. */

import { InputError } from "../../util/errors.js";
import { quantile } from "../../util/moments.js";
import type { Role } from "../roles.js";
import type { Line } from "./lines.js";

/** Bars at least and at most. */
const BARS = [12, 48] as const;

export interface SharedBars {
  readonly range: readonly [low: number, high: number];
  readonly bars: number;
}

/**
 * Bars that two samples share, as wide as Freedman & Diaconis (1981) say for the one they say more of, `2 IQR/n^⅓`, but 12
 * to 48 of them, over what holds 99 of 100 of each.
 * @throws InputError where one of them is empty.
 */
export function sharedBars(a: Float64Array, b: Float64Array): SharedBars {
  if (a.length === 0 || b.length === 0) throw new InputError("sharedBars: a sample is empty; give one number at least");
  const ends = [a, b].map((x) => [quantile(x, 0.005), quantile(x, 0.995)] as const);
  const [low, high] = [Math.min(...ends.map((e) => e[0])), Math.max(...ends.map((e) => e[1]))];
  if (low === high) return { range: [low - 0.5, high + 0.5], bars: BARS[0] };
  const width = Math.max(...[a, b].map((x) => (2 * (quantile(x, 0.75) - quantile(x, 0.25))) / Math.cbrt(x.length)));
  const bars = width > 0 ? Math.ceil((high - low) / width) : BARS[1];
  return { range: [low, high], bars: Math.min(BARS[1], Math.max(BARS[0], bars)) };
}

/** A histogram as a line with steps over a filled area, shares of all numbers per unit: those beyond the range are left out. */
export function histogramLine({
  name,
  role,
  values,
  range: [low, high],
  bars,
}: SharedBars & { readonly name: string; readonly role: Role; readonly values: Float64Array }): Line {
  const width = (high - low) / bars;
  const heights = new Float64Array(bars);
  for (const v of values)
    if (v >= low && v <= high)
      heights[Math.min(bars - 1, Math.floor((v - low) / width))]! += 1 / (values.length * width);
  const x = [low, ...Array.from(heights, (_, i) => [low + i * width, low + (i + 1) * width]).flat(), high];
  const y = [0, ...Array.from(heights).flatMap((v) => [v, v]), 0];
  return { name, role, x, y, band: [new Float64Array(y.length), y] };
}
