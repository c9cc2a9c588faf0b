/** The modes that the energy of a model parts its training rows into. */

import { takeRows } from "../data/take-rows.js";
import type { RowFunction } from "../energies/evaluate.js";
import { type Points, pointsOf } from "../metrics/goodness/pairwise.js";
import {
  between,
  nearestOf,
  neighbourEdges,
  type SeparateModes,
  separateModes,
} from "../metrics/goodness/separate-modes.js";
import { subsample } from "../random/choose.js";
import type { Key } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";

export interface ModesOfRows extends SeparateModes {
  /** Rows `(n, d)` that the modes were found by, each with its label. */
  readonly finders: FloatTensor;
  /** The other rows. */
  readonly others: FloatTensor;
  /** The mode of any points: that of the nearest finder, −1 for none. */
  of(x: FloatTensor): Int32Array;
}

/** Rows that modes are found by, and half of them at most: the others are counted in them. */
const FINDERS = 2000;
/** Neighbours that a row has ways to, beside those of the shortest tree through all. */
const NEIGHBOURS = 5;
/** Nats by which the energy rises between two modes, above the lowest row of either. */
const BARRIER = 2;
/** Rows that make a mode. */
const LEAST = 5;
/** Points on a way between two rows at which the energy is looked at. */
const STEPS = 5;

/**
 * Of some rows those are of one mode between which a path of rows does not lead over a barrier of the energy.
 * @param rows `(n, d)` in the coordinates of the model, 4 at least.
 */
export async function modesOfRows(
  rows: FloatTensor,
  {
    energy,
    params,
    key,
  }: { readonly energy: RowFunction; readonly params: FloatTensor | undefined; readonly key: Key },
): Promise<ModesOfRows> {
  const n = rows.shape[0]!;
  const order = subsample(key, n, n);
  const some = Math.min(FINDERS, Math.floor(n / 2));
  const [finders, others] = [takeRows(rows, order.subarray(0, some)), takeRows(rows, order.subarray(some))];
  const points: Points = pointsOf("modes", "rows", finders);
  const edges = neighbourEdges(points, NEIGHBOURS);
  const energies = await energy(finders, params);
  const ways = await energy(between(points, edges, STEPS), params);
  const { labels, modes } = separateModes({ edges, energies, ways }, { barrier: BARRIER, least: LEAST });
  return { labels, modes, finders, others, of: (x) => nearestOf(points, x).map((i) => labels[i]!) };
}
