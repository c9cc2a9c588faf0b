/** Whole random numbers from a key: indices, categories, orders. Plain integer arrays, not tensors. */

import { InputError } from "../util/errors.js";
import { allocate, type Shape, sizeOf } from "../util/tensor.js";
import { fillUniform } from "./draw.js";
import { expectKey, type Key } from "./key.js";
import { threefry } from "./threefry.js";

function elementWords(key: Key, n: number): Uint32Array {
  const words = new Uint32Array(2 * n);
  expectKey(key);
  threefry(words, key.a, key.b);
  return words;
}

/**
 * Element `i`'s whole number below `below`, without bias: `⌊w / q⌋` with `q = ⌊2³² / below⌋`, where a word past
 * `below · q` is refused. The element tries its own two words first, then blocks whose high counter is the attempt, so
 * that no refusal shifts another element.
 */
function bounded(key: Key, words: Uint32Array, i: number, below: number): number {
  const q = Math.floor(2 ** 32 / below);
  const first = Math.floor(words[2 * i]! / q);
  if (first < below) return first;
  const second = Math.floor(words[2 * i + 1]! / q);
  if (second < below) return second;
  const block = new Uint32Array(2);
  for (let attempt = 1; ; attempt++) {
    threefry(block, key.a, key.b, i, attempt);
    for (const word of block) {
      const value = Math.floor(word / q);
      if (value < below) return value;
    }
  }
}

/**
 * Whole numbers, uniform on `0 … below − 1`, unbiased; row-major in `shape`.
 * @throws InputError unless `below` is a whole number from 1 to 2³¹.
 */
export function integers(key: Key, shape: Shape, below: number): Int32Array {
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 31)
    throw new InputError(`integers: below is ${below}; expected a whole number from 1 to 2^31`);
  const n = sizeOf(shape);
  const words = elementWords(key, n);
  const out = new Int32Array(n);
  for (let i = 0; i < n; i++) out[i] = bounded(key, words, i, below);
  return out;
}

/**
 * Categories, drawn with the given probabilities by inversion; row-major in `shape`. A category of probability 0 is
 * never drawn. The probabilities need not sum to 1: they are divided by their sum.
 * @throws InputError when a probability is negative or not finite, or all are 0.
 */
export function categorical(key: Key, probabilities: ArrayLike<number>, shape: Shape): Int32Array {
  let total = 0;
  const cumulative = Float64Array.from(probabilities, (p, k) => {
    if (!(p >= 0 && p < Infinity))
      throw new InputError(`categorical: probability ${k} is ${p}; expected a finite number that is not negative`);
    total += p;
    return total;
  });
  if (!(total > 0 && total < Infinity))
    throw new InputError(`categorical: the probabilities sum to ${total}; expected a positive finite sum`);
  const u = allocate("float64", sizeOf(shape));
  fillUniform(key, u);
  // Rounding may take u · total up to total, past every category: the last one that is possible stands for it.
  const last = cumulative.indexOf(total);
  const out = new Int32Array(u.length);
  for (let i = 0; i < u.length; i++) out[i] = Math.min(firstAbove(cumulative, u[i]! * total), last);
  return out;
}

/** The first index whose value exceeds `x` in an ascending array; its length when none does. */
function firstAbove(ascending: Float64Array, x: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** `0 … n − 1` in an order that is uniform among all: Fisher & Yates (1938), with unbiased bounded integers. */
export const permutation = (key: Key, n: number): Uint32Array => subsample(key, n, n);

/**
 * `k` distinct whole numbers below `n`, in random order: the first `k` of `permutation(key, n)`.
 * @throws InputError unless `0 ≤ k ≤ n < 2³²`, both whole.
 */
export function subsample(key: Key, n: number, k: number): Uint32Array {
  if (!Number.isInteger(n) || !Number.isInteger(k) || k < 0 || k > n || n >= 2 ** 32)
    throw new InputError(`subsample: cannot take ${k} of ${n}; expected whole numbers with 0 <= k <= n < 2^32`);
  const order = new Uint32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const words = elementWords(key, k);
  for (let i = 0; i < k; i++) {
    const j = i + bounded(key, words, i, n - i);
    const chosen = order[j]!;
    order[j] = order[i]!;
    order[i] = chosen;
  }
  return k === n ? order : order.slice(0, k);
}
