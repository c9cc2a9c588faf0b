/** Densities of one and two coordinates of weighted draws, by kernel smoothing on a grid. */

/** Weighted draws of one coordinate. */
export interface WeightedColumn {
  readonly x: ArrayLike<number>;
  /** Summing to 1. */
  readonly weights: ArrayLike<number>;
  /** Standard deviation of the Gaussian kernel. */
  readonly bandwidth: number;
}

/** Cells of equal width from `low` to `high`, with cells beyond either end for draws whose kernels reach in. */
interface Cells {
  readonly low: number;
  readonly step: number;
  readonly pad: number;
  readonly all: number;
  readonly kernel: Float64Array;
}

/** How many standard deviations a kernel reaches. */
const REACH = 4;

function cellsOf([low, high]: readonly [number, number], places: number, bandwidth: number): Cells {
  const step = (high - low) / places;
  const pad = Math.min(4 * places, Math.ceil((REACH * bandwidth) / step));
  const half = Float64Array.from({ length: pad + 1 }, (_, k) => Math.exp(-0.5 * ((k * step) / bandwidth) ** 2));
  const total = half.reduce((s, v, k) => s + (k === 0 ? v : 2 * v), 0);
  return { low: low - pad * step, step, pad, all: places + 2 * pad, kernel: half.map((v) => v / total) };
}

/** The cell that a number lies beyond the middle of, and how far on the way to the next middle. */
const placeOf = ({ low, step }: Cells, v: number): [number, number] => {
  const at = (v - low) / step - 0.5;
  const cell = Math.floor(at);
  return [cell, at - cell];
};

/** The sum with the kernel around `n` places that begin at `from` and lie `stride` apart, without what is padding. */
function smooth(
  { pad, kernel, all }: Cells,
  values: Float64Array,
  from: number,
  stride: number,
  into: (place: number, value: number) => void,
): void {
  for (let i = 0; i < all - 2 * pad; i++) {
    let s = kernel[0]! * values[from + (i + pad) * stride]!;
    for (let k = 1; k <= pad; k++)
      s += kernel[k]! * (values[from + (i + pad - k) * stride]! + values[from + (i + pad + k) * stride]!);
    into(i, s);
  }
}

/** The density at the middles of `places` cells of a range, per unit; draws beyond the range keep their weight there. */
export function smoothLine(
  { x, weights, bandwidth }: WeightedColumn,
  range: readonly [number, number],
  places: number,
): Float64Array {
  const cells = cellsOf(range, places, bandwidth);
  const counts = new Float64Array(cells.all);
  for (let i = 0; i < x.length; i++) {
    const [cell, share] = placeOf(cells, x[i]!);
    if (cell >= 0 && cell < cells.all) counts[cell]! += weights[i]! * (1 - share);
    if (cell + 1 >= 0 && cell + 1 < cells.all) counts[cell + 1]! += weights[i]! * share;
  }
  const out = new Float64Array(places);
  smooth(cells, counts, 0, 1, (i, s) => {
    out[i] = s / cells.step;
  });
  return out;
}

/** The density of two coordinates at the middles of `side · side` cells, per unit of area: rows of the second coordinate, from below. */
export function smoothPlane(
  across: WeightedColumn,
  up: WeightedColumn,
  [xRange, yRange]: readonly [readonly [number, number], readonly [number, number]],
  side: number,
): Float64Array {
  const [cx, cy] = [cellsOf(xRange, side, across.bandwidth), cellsOf(yRange, side, up.bandwidth)];
  const counts = new Float64Array(cx.all * cy.all);
  const add = (i: number, j: number, w: number): void => {
    if (i >= 0 && i < cx.all && j >= 0 && j < cy.all) counts[j * cx.all + i]! += w;
  };
  for (let k = 0; k < across.x.length; k++) {
    const w = across.weights[k]!;
    const [[i, a], [j, b]] = [placeOf(cx, across.x[k]!), placeOf(cy, up.x[k]!)];
    add(i, j, w * (1 - a) * (1 - b));
    add(i + 1, j, w * a * (1 - b));
    add(i, j + 1, w * (1 - a) * b);
    add(i + 1, j + 1, w * a * b);
  }
  const half = new Float64Array(side * cy.all);
  for (let j = 0; j < cy.all; j++)
    smooth(cx, counts, j * cx.all, 1, (i, s) => {
      half[j * side + i] = s;
    });
  const out = new Float64Array(side * side);
  for (let i = 0; i < side; i++)
    smooth(cy, half, i, side, (j, s) => {
      out[j * side + i] = s / (cx.step * cy.step);
    });
  return out;
}

/**
 * For each cell the mass of the cells that are less dense, and half of its own: the density is highest where it is 1, and
 * `≥ 1 − a` is the region of highest density that holds the mass `a`. Values on one scale for densities of any units.
 * @param density of cells of one size; it need not sum to 1.
 */
export function massBelow(density: Float64Array): Float64Array {
  const order = Uint32Array.from(density.keys()).sort((i, j) => density[i]! - density[j]!);
  const total = density.reduce((s, v) => s + v, 0);
  const out = new Float64Array(density.length);
  let below = 0;
  for (const i of order) {
    out[i] = total > 0 ? (below + density[i]! / 2) / total : 0;
    below += density[i]!;
  }
  return out;
}
