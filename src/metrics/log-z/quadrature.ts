/** The normaliser of a density in one to three dimensions by summing over a grid that grows and is refined by itself. */

import { InputError, NumericError, ShapeError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";

/** Lower and upper end of each axis. */
export type Span = readonly (readonly [low: number, high: number])[];

/** Log-densities `(n)` at points `(n, d)`, float64. */
export type PointFunction = (points: FloatTensor) => Promise<ArrayLike<number>>;

export interface QuadratureOptions {
  /** Cells along each axis of the first grid; left out, 512, 64 or 32 in one, two and three dimensions. */
  readonly side?: number;
  /** Nats by which doubling the grid may still move `log Z`. */
  readonly tolerance?: number;
  /** Mass in the outer twentieth of an axis, at either end, above which the box grows there. */
  readonly edge?: number;
  /** Points of the finest grid at most. */
  readonly largest?: number;
}

export interface GridIntegral {
  /** `log ∫ exp(log p̃)`, nats. */
  readonly logZ: number;
  /** By how much the last doubling moved it: what it may be off by, at most about. */
  readonly change: number;
  /** Whether that is within the tolerance. */
  readonly settled: boolean;
  /** Cells along each axis of the finest grid. */
  readonly side: number;
  /** The box as it has grown. */
  readonly box: Span;
  /** Share of the mass in the outer twentieths of the box. */
  readonly edgeMass: number;
}

const FRAME = 1 / 20;
const CHUNK = 2 ** 15;
/** Rounds of growth; each widens an axis by half of itself at least. */
const GROWTHS = 24;

/** One sum over a grid: its logarithm, and the share of it near either end of each axis. */
interface Sum {
  readonly logZ: number;
  /** `[axis][end]` */
  readonly ends: readonly (readonly [number, number])[];
  readonly frame: number;
}

/** Midpoint rule over a box with `side` cells along each axis, a chunk of points at a time. */
async function sumOver(f: PointFunction, box: Span, side: number): Promise<Sum> {
  const d = box.length;
  const total = side ** d;
  const steps = box.map(([low, high]) => (high - low) / side);
  const near = [FRAME * side, side - FRAME * side] as const;
  let top = Number.NEGATIVE_INFINITY;
  let [sum, frame] = [0, 0];
  const ends = box.map(() => [0, 0] as [number, number]);
  const rescale = (by: number): void => {
    [sum, frame] = [sum * by, frame * by];
    for (const end of ends) [end[0], end[1]] = [end[0] * by, end[1] * by];
  };
  for (let from = 0; from < total; from += CHUNK) {
    const n = Math.min(CHUNK, total - from);
    const data = new Float64Array(n * d);
    for (let i = 0; i < n; i++)
      for (let axis = d - 1, rest = from + i; axis >= 0; axis--, rest = Math.floor(rest / side))
        data[i * d + axis] = box[axis]![0] + ((rest % side) + 0.5) * steps[axis]!;
    const logs = await f(tensor(data, [n, d]));
    if (logs.length !== n) throw new ShapeError(`quadrature: ${logs.length} log-densities for ${n} points`);
    const highest = highestOf(logs, data, d);
    if (highest > top) {
      rescale(Math.exp(top - highest));
      top = highest;
    }
    for (let i = 0; i < n; i++) {
      const mass = Math.exp(logs[i]! - top);
      if (!(mass > 0)) continue;
      sum += mass;
      let outer = false;
      for (let axis = d - 1, rest = from + i; axis >= 0; axis--, rest = Math.floor(rest / side)) {
        const place = (rest % side) + 0.5;
        if (place > near[0] && place < near[1]) continue;
        ends[axis]![place > near[0] ? 1 : 0] += mass;
        outer = true;
      }
      if (outer) frame += mass;
    }
  }
  if (top === Number.NEGATIVE_INFINITY)
    throw new NumericError("quadrature: the log-density is -Infinity on the whole grid; give another box");
  const cell = steps.reduce((s, h) => s + Math.log(h), 0);
  return {
    logZ: top + Math.log(sum) + cell,
    ends: ends.map(([a, b]) => [a / sum, b / sum] as const),
    frame: frame / sum,
  };
}

function highestOf(logs: ArrayLike<number>, points: Float64Array, d: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logs.length; i++) {
    const v = logs[i]!;
    if (Number.isNaN(v) || v === Number.POSITIVE_INFINITY)
      throw new NumericError(`quadrature: the log-density at (${points.slice(i * d, (i + 1) * d).join(", ")}) is ${v}`);
    top = Math.max(top, v);
  }
  return top;
}

/** The box, wider where more than `edge` of the mass lies near an end; `null` when it lies near none. */
function grown(box: Span, ends: Sum["ends"], edge: number): Span | null {
  if (ends.every(([a, b]) => a <= edge && b <= edge)) return null;
  return box.map(([low, high], axis) => {
    const width = high - low;
    const [a, b] = ends[axis]!;
    return [a > edge ? low - width / 2 : low, b > edge ? high + width / 2 : high] as const;
  });
}

function checkBox(box: Span): void {
  if (box.length < 1 || box.length > 3)
    throw new InputError(`quadrature: ${box.length} dimensions; a grid is for one to three`);
  for (const [axis, [low, high]] of box.entries())
    if (!(high > low) || !Number.isFinite(high - low))
      throw new InputError(`quadrature: axis ${axis} runs from ${low} to ${high}; give a finite low < high`);
}

/**
 * `log Z = log ∫ exp(log p̃)` by the midpoint rule: the box grows at every end near which there is mass, then the grid
 * is doubled until `log Z` stops moving. The rule's error falls as the squared cell width, and exponentially fast for a
 * smooth density that vanishes at the edge.
 * The traps: a mode much narrower than a cell of the first grid, or one beyond an empty edge of the box, is not seen;
 * a density that falls off too slowly is cut off where growth ends, which `edgeMass` shows.
 * @throws InputError for another number of dimensions or an empty box. @throws NumericError for a log-density that is
 * NaN or `+∞`, no mass at all, or mass that keeps to the edge however wide the box: no density.
 */
export async function quadrature(f: PointFunction, box: Span, options: QuadratureOptions = {}): Promise<GridIntegral> {
  checkBox(box);
  const d = box.length;
  const { side: first = [512, 64, 32][d - 1]!, tolerance = 1e-5, edge = 1e-9, largest = 2 ** 21 } = options;
  let within = box;
  let last = await sumOver(f, within, first);
  for (let round = 0; round < GROWTHS; round++) {
    const wider = grown(within, last.ends, edge);
    if (!wider) break;
    within = wider;
    last = await sumOver(f, within, first);
  }
  if (last.frame > 0.01)
    throw new NumericError(
      `quadrature: ${(100 * last.frame).toPrecision(2)} % of the mass stays at the edge of a box grown to ${within.map(([a, b]) => `[${a}, ${b}]`).join(" × ")}; the density does not fall off`,
    );
  let side = first;
  let change = Number.POSITIVE_INFINITY;
  while (change > tolerance && (2 * side) ** d <= largest) {
    side *= 2;
    const finer = await sumOver(f, within, side);
    change = Math.abs(finer.logZ - last.logZ);
    last = finer;
  }
  return { logZ: last.logZ, change, settled: change <= tolerance, side, box: within, edgeMass: last.frame };
}
