/** Missing cells of rows in the units of the data. */

import type { Column } from "../data/columns/column.js";
import type { Coordinates } from "../data/columns/coordinates.js";
import type { Density } from "../inference/density.js";
import { type Imputed, type ImputeOptions, impute, type PatternDraws, type Within } from "../inference/impute.js";
import { mean, variance } from "../util/moments.js";
import { type FloatTensor, type Tensor, tensor } from "../util/tensor.js";
import { outsideInUnits } from "./outside-in-units.js";

/** Draws of cells in the place of those of coordinates, numbered as columns are. */
function patternInUnits({ columns, kept }: Coordinates, { x, coordinates, ...rest }: PatternDraws): PatternDraws {
  const own = coordinates.map((c) => kept[c]!);
  const decode = own.map((j) => columns[j]!.decode);
  return {
    ...{ ...rest, coordinates: own },
    x: tensor(
      x.data.map((z, i) => decode[i % decode.length]!(z)),
      x.shape,
    ),
  };
}

/** The intervals of the cells of rows, where they stand for some. */
const withinCells = ({ columns, kept, noisy }: Coordinates, rows: FloatTensor): Within => ({
  coordinates: noisy,
  interval(row, c) {
    const j = kept[c]!;
    return columns[j]!.interval!(rows.data[row * columns.length + j]!);
  },
});

/** What stands for draws of a cell, and how far they are from it: of a category the commonest, and the share of others. */
function summaryOf({ nominal, encode, decode, noisy }: Column, cells: Float64Array): [value: number, spread: number] {
  if (!nominal) {
    const at = mean(cells);
    return [noisy ? decode(encode(at, 0.5)) : at, Math.sqrt(variance(cells))];
  }
  const counts = new Map<number, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const [value, count] = [...counts].reduce((best, other) => (other[1] > best[1] ? other : best));
  return [value, 1 - count / cells.length];
}

/**
 * Cells that were given keep their digits. A number that is missing is filled in by the mean of its draws, on its lattice
 * where it has one, and a category by the commonest of them; its standard deviation is then the share of the others.
 */
export async function imputeInUnits(
  density: Density,
  coordinates: Coordinates,
  rows: FloatTensor,
  options: ImputeOptions,
): Promise<Imputed> {
  const { affine } = coordinates;
  const { draws, outside, ...found } = await impute(density, coordinates.encode(rows), {
    ...options,
    ...(affine ? {} : { within: withinCells(coordinates, rows), keepDraws: true }),
  });
  const filled = affine ? fromMoments(coordinates, rows, found) : fromDraws(coordinates, rows, draws ?? []);
  return {
    ...found,
    ...filled,
    ...outsideInUnits(coordinates, rows, outside),
    ...(draws && options.keepDraws ? { draws: draws.map((pattern) => patternInUnits(coordinates, pattern)) } : {}),
  };
}

type Filled = Pick<Imputed, "rows" | "standardDeviations">;

/** Of affine columns, whose means are those of their coordinates. */
function fromMoments(
  coordinates: Coordinates,
  rows: FloatTensor,
  { rows: points, standardDeviations }: Filled,
): Filled {
  const whole = coordinates.decode(points);
  const { scale } = coordinates.affine!;
  return {
    rows: tensor(
      Float64Array.from(rows.data, (v, i) => (Number.isNaN(v) ? whole.data[i]! : v)),
      rows.shape,
    ),
    standardDeviations: tensor(
      standardDeviations.data.map((v, i) => v * scale[i % scale.length]!),
      rows.shape,
    ),
  };
}

function fromDraws(coordinates: Coordinates, rows: FloatTensor, draws: readonly PatternDraws[]): Filled {
  const { columns } = coordinates;
  const d = columns.length;
  // Missing cells of constant columns have no draws.
  const filled: Tensor<Float64Array> = tensor(
    Float64Array.from(rows.data, (v, i) => (Number.isNaN(v) ? columns[i % d]!.decode(0) : v)),
    rows.shape,
  );
  const deviations = new Float64Array(filled.data.length);
  for (const pattern of draws) {
    const { rows: which, coordinates: own, x } = patternInUnits(coordinates, pattern);
    const perRow = x.data.length / which.length;
    for (const [i, row] of which.entries())
      for (const [k, j] of own.entries()) {
        const cells = Float64Array.from(
          { length: perRow / own.length },
          (_, t) => x.data[i * perRow + t * own.length + k]!,
        );
        [filled.data[row * d + j], deviations[row * d + j]] = summaryOf(columns[j]!, cells);
      }
  }
  return { rows: filled, standardDeviations: tensor(deviations, rows.shape) };
}
