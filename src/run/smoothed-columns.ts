/** Columns of a run beside its model, as figures of marginals and pairs take them. */

import { plugInBandwidth } from "../metrics/goodness/plug-in-bandwidth.js";
import { massBelow, smoothLine, smoothPlane } from "../metrics/goodness/smoothed-draws.js";
import type { CornerColumn } from "../report/figures/corner.js";
import { quantile } from "../util/moments.js";
import type { FloatTensor } from "../util/tensor.js";
import { evened, type ModelDraws } from "./model-draws.js";
import type { RunView } from "./view.js";

export interface SmoothedColumns {
  readonly columns: readonly CornerColumn[];
  /** Rows beyond the ends of the picture in some column. */
  readonly outside: number;
  /** The density of two of them, as the mass where it is lower. */
  field(i: number, j: number): { readonly side: number; readonly below: Float64Array };
}

/** Cells of a curve, and of a side of a field where panels are few and many. */
const [PLACES, FINE, COARSE] = [160, 72, 48];

const columnOf = ({ data, shape }: FloatTensor, j: number): Float64Array => {
  const [n, d] = shape as [number, number];
  return Float64Array.from({ length: n }, (_, i) => data[i * d + j]!);
};

/** Of rows and draws: what holds 99 of 100, a tenth of that on either side, and up to a quarter where there are rows. */
function rangeOf(rows: Float64Array, draws: Float64Array): [number, number] {
  const [low, high] = [0.005, 0.995].map((p) => {
    const ends = [rows, draws].map((x) => quantile(x, p));
    return p < 0.5 ? Math.min(...ends) : Math.max(...ends);
  }) as [number, number];
  const least = rows.reduce((a, v) => Math.min(a, v), Number.POSITIVE_INFINITY);
  const most = rows.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
  const width = high - low || Math.abs(high) * 0.2 || 1;
  const room = (beyond: number): number => Math.min(0.25 * width, Math.max(0.1 * width, 1.05 * beyond));
  return [low - room(low - least), high + room(most - high)];
}

/** Bars as wide as Freedman & Diaconis (1981) say, `2 IQR/n^⅓`, but 12 to 48 of them. */
export function histogram(x: Float64Array, [low, high]: readonly [number, number]): Float64Array {
  const width = (2 * (quantile(x, 0.75) - quantile(x, 0.25))) / Math.cbrt(x.length);
  const count = Math.min(48, Math.max(12, Math.ceil((high - low) / width) || 12));
  const bins = new Float64Array(count);
  const each = count / (x.length * (high - low));
  for (const v of x)
    if (v >= low && v <= high) bins[Math.min(count - 1, Math.floor(((v - low) / (high - low)) * count))]! += each;
  return bins;
}

/** Some columns of rows and draws; the densities are those of the draws, smoothed by plug-in bandwidths. */
export function smoothColumns({ rows, run }: RunView, draws: ModelDraws, chosen: readonly number[]): SmoothedColumns {
  const even = evened(draws, draws.weights.length);
  const drawn = chosen.map((j) => columnOf(draws.x, j));
  const seen = chosen.map((j) => columnOf(rows, j));
  const ranges = chosen.map((_, k) =>
    rangeOf(
      seen[k]!,
      Float64Array.from(even, (i) => drawn[k]![i]!),
    ),
  );
  const { weights, size } = draws;
  const places = chosen.length > 5 ? COARSE : FINE;
  const bandwidths = drawn.map((x, k) => {
    const [low, high] = ranges[k]!;
    // Draws of one number, or on a lattice, have no curvature: the kernel then is a cell.
    return Math.max(plugInBandwidth(x, weights, size), (0.5 * (high - low)) / PLACES);
  });
  const column = (k: number, wider = 1) => ({ x: drawn[k]!, weights, bandwidth: wider * bandwidths[k]! });
  const columns = chosen.map((j, k) => ({
    name: run.data.columns[j] ?? `x${j + 1}`,
    range: ranges[k]!,
    rows: seen[k]!,
    shape: { bins: histogram(seen[k]!, ranges[k]!), curve: smoothLine(column(k), ranges[k]!, PLACES) },
  }));
  const n = rows.shape[0]!;
  let outside = 0;
  for (let i = 0; i < n; i++) if (seen.some((x, k) => x[i]! < ranges[k]![0] || x[i]! > ranges[k]![1])) outside++;
  // In two dimensions the best width falls as n^(−1/6), along a line as n^(−1/5).
  const plane = Math.max(1, size ** (1 / 5 - 1 / 6));
  return {
    ...{ columns, outside },
    field: (i, j) => ({
      side: places,
      below: massBelow(smoothPlane(column(i, plane), column(j, plane), [ranges[i]!, ranges[j]!], places)),
    }),
  };
}

/** Who made the picture, and what is not in it. */
export const words = (
  { from, doubt }: ModelDraws,
  { outside }: Pick<SmoothedColumns, "outside">,
  how: string | null,
): string =>
  [
    `The model by ${from}, smoothed.`,
    ...(how ? [`Shown are ${how}.`] : []),
    ...(outside > 0 ? [`${outside} ${outside === 1 ? "row lies" : "rows lie"} beyond the ends of the picture.`] : []),
    ...(doubt ? [doubt] : []),
  ].join(" ");
