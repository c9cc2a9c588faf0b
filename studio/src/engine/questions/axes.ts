/** Columns as axes of pictures: numbers lie where they are, categories at 0, 1, 2 … in their order. */

import { type FloatTensor, type Trained, tensor } from "ebbflow";
import { type Column, type Coordinates, cellsBetween } from "ebbflow/data";

type Range = readonly [low: number, high: number];

/** A place of a coordinate, and the logarithm of what it counts for. */
export interface Place {
  readonly z: number;
  readonly logWeight: number;
}

export interface Axis {
  /** Cells that there are, of categories and of states; `null` for numbers on a line. */
  readonly cells: readonly number[] | null;
  /** Where a cell lies. */
  at(cell: number): number;
  /** The cell at a place, as a row can have it. */
  cellAt(at: number): number;
  /** At so many numbers over a range, or at each cell: the places whose densities make up the one there. */
  over(range: Range, side: number): readonly (readonly Place[])[];
}

/** A standard normal has as good as nothing beyond. */
const FAR = 8;
/** Places in the interval of a category. */
const PLACES = 8;

/** Where each column of a model lies. */
export function axesOf({ data: { coordinates }, energy }: Pick<Trained, "data" | "energy">): readonly Axis[] {
  const { support } = energy;
  return coordinates.columns.map((column) => {
    if (support.kind === "binary")
      return cellAxis([...support.values], (cell) => [{ z: column.encode(cell, 0.5), logWeight: 0 }]);
    if (column.width === 0) return cellAxis([column.decode(0)], () => [{ z: 0, logWeight: 0 }]);
    return column.nominal
      ? cellAxis(cellsBetween(column, -FAR, FAR), (cell) => placesIn(column, cell))
      : lineAxis(column);
  });
}

/** Of a category: the mean over its interval, as its density is. */
const placesIn = (column: Column, cell: number): Place[] =>
  Array.from({ length: PLACES }, (_, i) => {
    const z = column.encode(cell, (i + 0.5) / PLACES);
    return { z, logWeight: logDetOf(column, cell, z) - Math.log(PLACES) };
  });

const logDetOf = ({ logDet }: Column, cell: number, z: number): number =>
  typeof logDet === "number" ? logDet : logDet(cell, z);

const cellAxis = (cells: readonly number[], places: (cell: number) => readonly Place[]): Axis => ({
  cells,
  at: (cell) => cells.indexOf(cell),
  cellAt: (at) => cells[Math.max(0, Math.min(cells.length - 1, Math.round(at)))]!,
  over: () => cells.map(places),
});

function lineAxis(column: Column): Axis {
  const { affine, encode, decode } = column;
  const zOf = affine ? (x: number) => (x - affine.mean) / affine.scale : (x: number) => encode(x, 0.5);
  return {
    cells: null,
    at: (cell) => cell,
    cellAt: (at) => column.rounded(decode(encode(at, 0.5)), 1),
    over([low, high], side) {
      return Array.from({ length: side }, (_, i) => {
        const x = low + ((i + 0.5) / side) * (high - low);
        const z = zOf(x);
        return [{ z, logWeight: logDetOf(column, x, z) }];
      });
    },
  };
}

/** Rows `(n, columns)` of cells as they lie on axes. */
export function onAxes(axes: readonly Axis[], { data }: FloatTensor): Float32Array {
  const d = axes.length;
  return Float32Array.from(data, (cell, i) => axes[i % d]!.at(cell));
}

/** Where a column begins and ends by rows that lie on axes, with a margin. */
export function rangeOf({ cells }: Axis, rows: Float32Array, d: number, j: number): Range {
  if (cells) return [-0.5, cells.length - 0.5];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = j; i < rows.length; i += d) [low, high] = [Math.min(low, rows[i]!), Math.max(high, rows[i]!)];
  const margin = 0.12 * (high - low || 1);
  return [low - margin, high + margin];
}

export interface PlaneOrder {
  /** The point of the model that the plane goes through `(width)`. */
  readonly point: Float64Array;
  readonly coordinates: Coordinates;
  readonly axes: readonly [Axis, Axis];
  /** Columns of the axes. */
  readonly pair: readonly [number, number];
  readonly box: readonly [Range, Range];
  readonly side: number;
  energies(points: FloatTensor): Promise<Float64Array>;
}

/**
 * `log p` up to a constant over a plane `(side, side)`, number `i · side + j` at the i-th place of the first axis and the
 * j-th of the second: all other coordinates are those of one point. In the units of the axes.
 */
export async function planeOf(order: PlaneOrder): Promise<Float64Array> {
  const { point, coordinates, axes, pair, box, side, energies } = order;
  const [a, b] = axes.map((axis, k) => axis.over(box[k]!, side)) as [Place[][], Place[][]];
  const [ca, cb] = pair.map((j) => coordinates.kept.indexOf(j)) as [number, number];
  const width = point.length;
  const [pa, pb] = [a.flat(), b.flat()];
  const points = new Float64Array(pa.length * pb.length * width);
  for (const [i, { z: za }] of pa.entries())
    for (const [j, { z: zb }] of pb.entries()) {
      const at = (i * pb.length + j) * width;
      points.set(point, at);
      if (ca >= 0) points[at + ca] = za;
      if (cb >= 0) points[at + cb] = zb;
    }
  const found = await energies(tensor(points, [pa.length * pb.length, width]));
  const cells = new Float64Array(a.length * b.length).fill(Number.NEGATIVE_INFINITY);
  const groups = (all: readonly (readonly Place[])[]): number[] => all.flatMap((places, g) => places.map(() => g));
  const [ga, gb] = [groups(a), groups(b)];
  for (const [i, { logWeight: wa }] of pa.entries())
    for (const [j, { logWeight: wb }] of pb.entries()) {
      const at = ga[i]! * b.length + gb[j]!;
      cells[at] = addLogs(cells[at]!, wa + wb - found[i * pb.length + j]!);
    }
  const cellOf = (k: 0 | 1, count: number, i: number): number =>
    axes[k].cells
      ? Math.max(0, Math.min(count - 1, Math.round(box[k][0] + ((i + 0.5) / side) * (box[k][1] - box[k][0]))))
      : i;
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [x, y] = [cellOf(0, a.length, Math.floor(i / side)), cellOf(1, b.length, i % side)];
    return cells[x * b.length + y]!;
  });
}

/** `log(eᵃ + eᵇ)`; what is NaN counts for nothing. */
function addLogs(a: number, b: number): number {
  if (!(b > Number.NEGATIVE_INFINITY)) return a;
  const [low, high] = a < b ? [a, b] : [b, a];
  return high + Math.log1p(Math.exp(low - high));
}
