/** The chains of a model as estimators take them: their mixing, and some draws of them as one batch. */

import { type Chains, chainsOf } from "../metrics/chains/chains.js";
import { splitRhat } from "../metrics/chains/split-rhat.js";
import { allocate, type FloatTensor, floats, sizeOf, tensor } from "../util/tensor.js";

/** R-hat beyond which chains stand for their starts and not for the model. */
const MIXED = 1.1;
/** Coordinates that are looked at. */
const LOOKED_AT = 50;

/** Why chains are no draws of the model, from the worst R-hat over their coordinates; `null` when nothing speaks against them. */
export function mixingNote(chains: FloatTensor): string | null {
  const d = sizeOf(chains.shape.slice(2));
  const values = Array.from({ length: Math.min(d, LOOKED_AT) }, (_, j) => splitRhat(chainsOf(chains, j)));
  // A coordinate that never varies, or too few draws, give none.
  const worst = Math.max(...values.filter((v) => !Number.isNaN(v)), 0);
  return worst > MIXED
    ? `the chains have not mixed (R-hat ${Number.isFinite(worst) ? worst.toFixed(2) : "∞"}): they stand for their starts`
    : null;
}

/** All draws as one batch `(chains · draws, ...event)`. */
export const flatten = ({ shape: [chains, draws, ...event], data }: FloatTensor): FloatTensor =>
  tensor(data, [chains! * draws!, ...event]);

/** Numbers of flattened draws as chains. */
export const asChains = ({ shape }: FloatTensor, data: Float64Array): Chains => ({
  shape: [shape[0]!, shape[1]!],
  data,
});

/** At most `most` draws, as many of each chain and evenly spaced in it, from its last one back: `(chains, some, ...event)`. */
export function spaced(chains: FloatTensor, most: number): FloatTensor {
  const [count, draws, ...event] = chains.shape as [number, number, ...number[]];
  const each = Math.max(1, Math.min(draws, Math.floor(most / count)));
  const used = Math.min(count, most);
  const stride = Math.floor(draws / each);
  const size = sizeOf(event);
  const out = allocate(chains.dtype as "float32" | "float64", used * each * size);
  for (let c = 0; c < used; c++)
    for (let i = 0; i < each; i++) {
      const from = (c * draws + draws - 1 - (each - 1 - i) * stride) * size;
      out.set(floats(chains).subarray(from, from + size), (c * each + i) * size);
    }
  return tensor(out, [used, each, ...event]);
}

/** That chains are not `(chains, draws, ...event)` of a model's points, in words. */
export function misshapen(chains: FloatTensor, event: readonly number[]): string | null {
  const fits = chains.shape.length === event.length + 2 && event.every((n, i) => chains.shape[i + 2] === n);
  return fits && chains.data.length > 0
    ? null
    : `draws of the model have shape (${chains.shape.join(", ")}), expected (chains, draws, ${event.join(", ")})`;
}
