/** Points near a model's law: what proposals for its chains are fitted to, and where they start. */

import { takeRows } from "../data/take-rows.js";
import { energyOf } from "../energies/evaluate.js";
import { drawFlow } from "../flows/draw-flow.js";
import type { Flow } from "../flows/flow.js";
import { uniform } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { allocate, type FloatTensor, tensor } from "../util/tensor.js";
import type { Density } from "./density.js";

/** Points `(n, d)` in the coordinates of a model. */
export interface Pool {
  readonly x: FloatTensor;
  /** Logarithms of weights that make them the model's, up to a constant. */
  readonly logWeights: Float64Array;
}

/** Draws of the flow. */
const DRAWS = 20_000;

/**
 * Draws of the flow, weighted by the model (`w = e^{−E}/q`), where there is one; else rows of the training. The weights
 * may be poor where the flow is: who needs the model's law runs chains that begin and jump by these.
 */
export async function poolOf(
  { energy, params, engine }: Density,
  fitted: { readonly flow: Flow; readonly params: FloatTensor } | null,
  rows: FloatTensor,
  key: Key,
  draws = DRAWS,
): Promise<Pool> {
  if (!fitted || energy.support.kind !== "real") return { x: rows, logWeights: new Float64Array(rows.shape[0]!) };
  const { x, logProb } = await drawFlow(fitted.flow, fitted.params, fold(key, "pool"), draws, { engine });
  const energies = await energyOf(energy, "float32", { engine })(x, params);
  return { x, logWeights: energies.map((e, i) => -e - logProb[i]!) };
}

/** Numbers with weights, none where one is no number. */
export function weightsOf(logWeights: ArrayLike<number>): Float64Array {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logWeights.length; i++) if (logWeights[i]! > top) top = logWeights[i]!;
  return Float64Array.from(logWeights, (v) => (v > Number.NEGATIVE_INFINITY ? Math.exp(v - top) : 0));
}

/** So many of them by their weights, evenly along the sum of these from a random place (systematic resampling). */
export function resampled({ x, logWeights }: Pool, n: number, key: Key): FloatTensor {
  const weights = weightsOf(logWeights);
  const total = weights.reduce((s, w) => s + w, 0);
  const shift = uniform(key, [1], "float64").data[0]!;
  const chosen = new Uint32Array(n);
  let [k, below] = [0, weights[0]! / total];
  for (let i = 0; i < n; i++) {
    while (k < weights.length - 1 && below < (i + shift) / n) below += weights[++k]! / total;
    chosen[i] = k;
  }
  return takeRows(x, chosen);
}

/** Points of two kinds, one below the other. */
export function together(a: FloatTensor, b: FloatTensor): FloatTensor {
  const data = allocate("float64", a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return tensor(data, [a.shape[0]! + b.shape[0]!, a.shape[1]!]);
}
