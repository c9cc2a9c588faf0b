/** Which coordinates make a point unlikely: each against its own law given the others, by quadrature over a line. */

import { ShapeError } from "../util/errors.js";
import { type FloatTensor, showShape, tensor } from "../util/tensor.js";

/** A coordinate of a point, given the others. */
export interface ColumnRatio {
  readonly coordinate: number;
  /** `log p(z_j | z_−j) − max_t log p(t | z_−j)`, nats: 0 for the likeliest value. */
  readonly logRatio: number;
  /** The t that is likeliest given the others. */
  readonly likeliest: number;
  /** `log p(z_j | z_−j)`, nats; a probability where the values are states. */
  readonly logDensity: number;
  /** How much of the law given the others is at values that are as unlikely or more. */
  readonly share: number;
}

/** Values `t` of one coordinate, ascending, at which its law is looked at; `states` where there are no others. */
export interface Line {
  readonly values: Float64Array;
  readonly states?: true;
}

/** Values of a line, and those between which the likeliest is then looked for. */
const [COARSE, FINE] = [121, 41] as const;
/** How far beyond the values that are known a line goes, in their range. */
const MARGIN = 0.5;

/** A line over the values of a coordinate that are known, and half their range beyond. */
export function lineOver(known: ArrayLike<number>): Line {
  const [low, high] = Array.from(known).reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)] as const, [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as readonly [number, number]);
  const margin = MARGIN * (high - low || 1);
  return { values: evenly(low - margin, high + margin, COARSE) };
}

const evenly = (low: number, high: number, n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

/** Points that differ from one in a coordinate: `values` of each of several coordinates, one after another. */
function along(point: Float64Array, lines: readonly Float64Array[]): FloatTensor {
  const d = point.length;
  const count = lines.reduce((sum, values) => sum + values.length, 0);
  const out = new Float64Array(count * d);
  let row = 0;
  for (const [j, values] of lines.entries())
    for (const t of values) {
      out.set(point, row * d);
      out[row++ * d + j] = t;
    }
  return tensor(out, [count, d]);
}

/** `log f` at some values, ascending. */
interface Profile {
  readonly values: Float64Array;
  readonly logs: Float64Array;
}

function merged(a: Profile, b: Profile): Profile {
  const pairs = [a, b].flatMap(({ values, logs }) => Array.from(values, (v, i) => [v, logs[i]!] as const));
  pairs.sort(([v], [w]) => v - w);
  return { values: Float64Array.from(pairs, ([v]) => v), logs: Float64Array.from(pairs, ([, l]) => l) };
}

const topOf = ({ logs }: Profile): number => logs.reduce((best, v, i) => (v > logs[best]! ? i : best), 0);

/** `∫ f` over a step whose logarithm is a straight line from a to b. */
const step = (a: number, b: number, width: number): number =>
  Math.abs(a - b) < 1e-6 ? width * Math.exp((a + b) / 2) : (width * (Math.exp(a) - Math.exp(b))) / (a - b);

/** The mass over a profile, and of it what is where f is no more than at `level`. */
function masses({ values, logs }: Profile, level: number, top: number): readonly [total: number, below: number] {
  let [total, below] = [0, 0];
  for (let i = 0; i + 1 < values.length; i++) {
    const [low, high] = [logs[i]! - top, logs[i + 1]! - top].sort((a, b) => a - b) as [number, number];
    const width = values[i + 1]! - values[i]!;
    // A density that is 0 at one end of a step is taken to be 0 over it.
    if (!(width > 0) || low === Number.NEGATIVE_INFINITY) continue;
    const mass = step(low, high, width);
    total += mass;
    const at = level - top;
    if (high <= at) below += mass;
    else if (low < at) below += step(low, at, (width * (at - low)) / (high - low));
  }
  return [total, below];
}

/** The same of states. */
function sums({ logs }: Profile, level: number, top: number): readonly [total: number, below: number] {
  const each = Array.from(logs, (v) => Math.exp(v - top));
  const total = each.reduce((a, b) => a + b, 0);
  return [total, each.reduce((sum, v, i) => (logs[i]! <= level + 1e-9 ? sum + v : sum), 0)];
}

/** What a profile says of a coordinate whose own logarithm is `own`. */
function ratioOf(coordinate: number, profile: Profile, own: number, states: boolean): ColumnRatio {
  const { values, logs } = profile;
  const top = topOf(profile);
  const best = Math.max(own, logs[top]!);
  const [total, below] = (states ? sums : masses)(profile, own, best);
  const logRatio = Number.isNaN(own) ? Number.NEGATIVE_INFINITY : own - best;
  return {
    ...{ coordinate, logRatio, likeliest: values[top]!, logDensity: logRatio - Math.log(total) },
    share: total > 0 ? Math.min(1, below / total) : Number.NaN,
  };
}

/**
 * Of each point its coordinates against their laws given the others, the unlikeliest first: `p(t | z_−j) ∝ exp(−E)` along
 * the line, so that log Z cancels and the answer is exact up to the quadrature, by steps over which log p is a straight
 * line, closer together about the likeliest value.
 * @param energies of points `(n, d)`.
 * @param lines one a coordinate.
 */
export async function columnRatios(
  energies: (points: FloatTensor) => Promise<Float64Array>,
  points: FloatTensor,
  lines: readonly Line[],
): Promise<readonly (readonly ColumnRatio[])[]> {
  const [n, d] = points.shape;
  if (points.shape.length !== 2 || n === undefined || d !== lines.length)
    throw new ShapeError(`columnRatios: points of shape ${showShape(points.shape)}; expected (n, ${lines.length})`);
  const logsOf = async (at: FloatTensor): Promise<Float64Array> =>
    (await energies(at)).map((e) => (Number.isNaN(e) ? Number.NEGATIVE_INFINITY : -e));
  const own = await energies(points);
  const profiles = async (point: Float64Array, each: readonly Float64Array[]): Promise<Profile[]> => {
    const logs = await logsOf(along(point, each));
    let from = 0;
    return each.map((values) => {
      const mine = logs.slice(from, from + values.length);
      from += values.length;
      return { values, logs: mine };
    });
  };
  const found: (readonly ColumnRatio[])[] = [];
  for (let row = 0; row < n; row++) {
    const point = Float64Array.from(points.data.subarray(row * d, (row + 1) * d));
    const coarse = await profiles(
      point,
      lines.map(({ values }) => values),
    );
    const closer = coarse.map((profile, j) => {
      const [top, { values }] = [topOf(profile), profile];
      const [low, high] = [values[Math.max(0, top - 1)]!, values[Math.min(values.length - 1, top + 1)]!];
      // Its ends are known.
      return lines[j]!.states ? new Float64Array(0) : evenly(low, high, FINE).slice(1, -1);
    });
    const fine = await profiles(point, closer);
    const ratios = coarse.map((profile, j) =>
      ratioOf(j, merged(profile, fine[j]!), -own[row]!, lines[j]!.states ?? false),
    );
    found.push(ratios.sort((a, b) => a.logRatio - b.logRatio));
  }
  return found;
}
