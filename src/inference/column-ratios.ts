/** Which coordinates make a point unlikely: each against its own law given the others, by quadrature over a line. */

import { ShapeError } from "../util/errors.js";
import { type FloatTensor, showShape } from "../util/tensor.js";
import { logsOf, masses, merged, type Profile, profilesOf, sums, topOf } from "./profiles.js";

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
  const logs = logsOf(energies);
  const own = await energies(points);
  const profiles = (point: Float64Array, each: readonly Float64Array[]): Promise<Profile[]> =>
    profilesOf(logs, point, each);
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
