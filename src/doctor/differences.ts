/** Derivatives by central differences, each with its own uncertainty, beside those of the graph. */

import type { Evaluator, Rows, Width } from "./evaluator.js";
import type { Subject } from "./subject.js";

export interface Differences {
  readonly width: Width;
  readonly rows: Rows;
  readonly points: number;
  /** The coordinates that were moved, ascending. */
  readonly coordinates: readonly number[];
  /** `∂E/∂xⱼ` by differences, a row a point and a column a coordinate of the list. */
  readonly slopes: Float64Array;
  /** What the slopes may be off by: what a coarser step changes, and the rounding of E. */
  readonly uncertainty: Float64Array;
  /** `∂²E/∂xⱼ²` by the coarsest differences; NaN where rounding hides it. */
  readonly curvatures: Float64Array;
  /** `∂E/∂xⱼ` by the graph, or why there is none. */
  readonly gradient: Float64Array | Error;
}

/** Steps as shares of a coordinate's scale, from coarse to fine: the best is told by the numbers themselves. */
const STEPS: Readonly<Record<Width, readonly number[]>> = {
  float32: [1e-1, 3e-2, 1e-2, 3e-3, 1e-3],
  float64: [1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
};
/** Half a unit in the last place, and how many of them an energy may be off by. */
const EPSILON: Readonly<Record<Width, number>> = { float32: 2 ** -24, float64: 2 ** -53 };
const ROUNDINGS = 64;

const MOST_POINTS = 16;
const MOST_COORDINATES = 1024;
/** Points times coordinates. */
const BUDGET = 2048;

const known = new WeakMap<Subject, Promise<Differences>>();

/** Computed once for each subject. */
export function differencesOf(subject: Subject): Promise<Differences> {
  const made = known.get(subject) ?? compare(subject);
  known.set(subject, made);
  return made;
}

async function compare(subject: Subject): Promise<Differences> {
  const { size } = subject;
  const wide = await subject.widest();
  const points = Math.max(2, Math.min(MOST_POINTS, Math.floor(BUDGET / size)));
  const rows = await subject.some(points);
  // An operation may have a double precision kernel while its derivative has none.
  const graph = await wide.gradient(rows).catch(() => null);
  const it = graph ? wide : await subject.in("float32").catch(() => wide);
  const gradient = graph ?? (await it.gradient(rows).catch((error: unknown) => error as Error));
  const moved = Math.min(size, MOST_COORDINATES);
  const coordinates = Array.from({ length: moved }, (_, k) => Math.floor((k * size) / moved));
  const slopes = await slopesOf(subject, it, rows, coordinates);
  return {
    width: it.width,
    rows,
    points: rows.length / size,
    coordinates,
    ...slopes,
    gradient:
      gradient instanceof Error
        ? gradient
        : Float64Array.from(slopes.slopes, (_, k) => gradient[Math.floor(k / moved) * size + coordinates[k % moved]!]!),
  };
}

async function slopesOf(
  { size, scale }: Subject,
  it: Evaluator,
  rows: Rows,
  coordinates: readonly number[],
): Promise<Pick<Differences, "slopes" | "uncertainty" | "curvatures">> {
  const n = rows.length / size;
  const count = n * coordinates.length;
  const here = await it.energy(rows);
  const slopes = new Float64Array(count);
  const uncertainty = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const curvatures = new Float64Array(count).fill(Number.NaN);
  let coarser: Float64Array | undefined;
  const round = it.width === "float32" ? Math.fround : (v: number): number => v;
  for (const step of STEPS[it.width]) {
    const at = (k: number): readonly [point: number, j: number] => [
      Math.floor(k / coordinates.length),
      coordinates[k % coordinates.length]!,
    ];
    const shifted = (sign: number): Rows => {
      const all = new Float64Array(count * size);
      for (let k = 0; k < count; k++) {
        const [point, j] = at(k);
        all.set(rows.subarray(point * size, (point + 1) * size), k * size);
        all[k * size + j] = round(all[k * size + j]! + sign * step * scale[j]!);
      }
      return all;
    };
    const [right, left] = [shifted(1), shifted(-1)];
    const [above, below] = [await it.energy(right), await it.energy(left)];
    const found = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const [point, j] = at(k);
      // The distance that was really gone: adding a step rounds.
      const distance = right[k * size + j]! - left[k * size + j]!;
      found[k] = (above[k]! - below[k]!) / distance;
      const rounding = ROUNDINGS * EPSILON[it.width] * Math.max(Math.abs(above[k]!), Math.abs(below[k]!));
      if (!coarser) {
        const bend = above[k]! - 2 * here[point]! + below[k]!;
        if (Math.abs(bend) > rounding) curvatures[k] = bend / (distance / 2) ** 2;
        continue;
      }
      const off = Math.abs(found[k]! - coarser[k]!) + rounding / distance;
      if (!(off < uncertainty[k]!)) continue;
      [slopes[k], uncertainty[k]] = [found[k]!, off];
    }
    coarser = found;
  }
  return { slopes, uncertainty, curvatures };
}
