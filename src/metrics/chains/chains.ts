/** Chains of one scalar quantity, as the diagnostics read them. */

import { InputError, ShapeError } from "../../util/errors.js";
import { isConstant, isFiniteArray } from "../../util/moments.js";
import { type FloatTensor, showShape, sizeOf } from "../../util/tensor.js";

/** One scalar per chain and draw, row-major: `data[chain · draws + draw]`. */
export interface Chains {
  readonly shape: readonly [chains: number, draws: number];
  readonly data: ArrayLike<number>;
}

/**
 * One coordinate of sampled events as chains.
 * @param draws `(chains, draws, ...event)`; a plain `(chains, draws)` tensor has the one coordinate 0.
 * @param coordinate index into the flattened event.
 * @throws ShapeError for fewer than two axes, InputError for a coordinate outside the event.
 */
export function chainsOf(draws: FloatTensor, coordinate = 0): Chains {
  const [chains, length, ...event] = draws.shape;
  if (chains === undefined || length === undefined)
    throw new ShapeError(`chainsOf: expected (chains, draws, ...event), got ${showShape(draws.shape)}`);
  const size = sizeOf(event);
  if (!Number.isInteger(coordinate) || coordinate < 0 || coordinate >= size)
    throw new InputError(`chainsOf: coordinate ${coordinate} is not in an event of ${size}; give 0 to ${size - 1}`);
  const data = new Float64Array(chains * length);
  for (let i = 0; i < data.length; i++) data[i] = draws.data[i * size + coordinate]!;
  return { shape: [chains, length], data };
}

/** A private float64 copy. @throws ShapeError when the data do not fill the shape. */
export function copyChains({ shape, data }: Chains): Chains & { readonly data: Float64Array } {
  if (data.length !== shape[0] * shape[1])
    throw new ShapeError(`chains: ${data.length} numbers do not fill (chains, draws) = ${showShape(shape)}`);
  return { shape, data: Float64Array.from(data) };
}

/** Every chain cut into its first and last half, so that a drift shows as a difference between chains; an odd middle draw is dropped. */
export function splitChains({ shape: [chains, draws], data }: Chains): Chains & { readonly data: Float64Array } {
  const half = Math.floor(draws / 2);
  const split = new Float64Array(2 * chains * half);
  for (let c = 0; c < chains; c++)
    for (let i = 0; i < half; i++) {
      split[2 * c * half + i] = data[c * draws + i]!;
      split[(2 * c + 1) * half + i] = data[(c + 1) * draws - half + i]!;
    }
  return { shape: [2 * chains, half], data: split };
}

/** The same numbers with a function applied to each. */
export function mapChains({ shape, data }: Chains, f: (x: number) => number): Chains & { readonly data: Float64Array } {
  return { shape, data: Float64Array.from(data, f) };
}

/** Whether diagnostics have an answer: at least four draws a chain, every number finite, and not all equal to rounding. */
export function isUsable({ shape: [chains, draws], data }: Chains): boolean {
  return chains >= 1 && draws >= 4 && isFiniteArray(data) && !isConstant(data);
}
