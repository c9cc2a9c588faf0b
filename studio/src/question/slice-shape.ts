/** A slice as a picture: places of a unit square, from its lower left. */

import type { Slice } from "../engine/questions/answers.js";

type Range = readonly [low: number, high: number];

/** Mass beyond which a curve is not shown on either side. */
const TAIL = 1e-4;
/** Cells that are all shown, however unlikely. */
const FEW = 12;

const densities = ({ logDensity }: Pick<Slice, "logDensity">): Float64Array => logDensity.map(Math.exp);

/** The part of a line that has all of the mass that counts, and the row. */
export function shownRange({ values, logDensity, cells, own }: Slice): Range {
  const p = densities({ logDensity });
  if (cells) {
    const seen = values.length > FEW ? values.filter((_, i) => p[i]! > TAIL) : values;
    const all = [own, ...seen];
    const step = values.length > 1 ? values[1]! - values[0]! : 1;
    return [Math.min(...all) - step / 2, Math.max(...all) + step / 2];
  }
  const steps = Array.from(
    { length: values.length - 1 },
    (_, i) => ((values[i + 1]! - values[i]!) * (p[i]! + p[i + 1]!)) / 2,
  );
  const total = steps.reduce((a, b) => a + b, 0);
  let [low, high, sum] = [values[0]!, values.at(-1)!, 0];
  for (const [i, mass] of steps.entries()) {
    sum += mass;
    if (sum < TAIL * total) low = values[i + 1]!;
    if (sum > (1 - TAIL) * total) {
      high = values[i + 1]!;
      break;
    }
  }
  const margin = 0.04 * (Math.max(high, own) - Math.min(low, own) || 1);
  return [Math.min(low, own) - margin, Math.max(high, own) + margin];
}

/** Points of a curve within a range, heights as shares of the highest. */
export function curveOf(slice: Slice, [low, high]: Range): readonly (readonly [x: number, y: number])[] {
  const p = densities(slice);
  const top = Math.max(...p);
  return Array.from(slice.values, (v, i) => [(v - low) / (high - low), p[i]! / top] as const).filter(
    ([x]) => x >= -0.02 && x <= 1.02,
  );
}

/** The density at a place, between those that are known. */
export function densityAt({ values, logDensity, cells }: Slice, at: number): number {
  if (cells) {
    const k = values.reduce((best, v, i) => (Math.abs(v - at) < Math.abs(values[best]! - at) ? i : best), 0);
    return Math.exp(logDensity[k]!);
  }
  const i = values.findIndex((v) => v >= at);
  if (i <= 0) return i === 0 && values[0] === at ? Math.exp(logDensity[0]!) : 0;
  const share = (at - values[i - 1]!) / (values[i]! - values[i - 1]!);
  const [a, b] = [Math.exp(logDensity[i - 1]!), Math.exp(logDensity[i]!)];
  return a + share * (b - a);
}

/** Some of the places of a slice, for a table: all cells, or so many of a curve over a range. */
export function rowsOfSlice(
  slice: Slice,
  [low, high]: Range,
  n = 9,
): readonly { readonly at: number; readonly density: number }[] {
  const at = slice.cells
    ? Array.from(slice.values)
    : Array.from({ length: n }, (_, i) => low + (i * (high - low)) / (n - 1));
  return at.map((v) => ({ at: v, density: densityAt(slice, v) }));
}
