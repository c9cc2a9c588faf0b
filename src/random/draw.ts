/**
 * Real random numbers from a key. Element `i` of a draw depends on the key and `i` only: a longer draw begins with the
 * shorter one. Float32 takes one word an element, float64 two.
 */

import {
  allocate,
  type FloatArray,
  type FloatTensor,
  type Shape,
  sizeOf,
  type Tensor,
  tensor,
} from "../util/tensor.js";
import { fillLanes } from "./fill-lanes.js";
import { expectKey, type Key } from "./key.js";
import { normalsOfWords } from "./normal-lanes.js";
import { normalQuantile } from "./normal-quantile.js";
import { threefry } from "./threefry.js";

/** Fill an array, of either width, with independent draws of one law. */
export interface Fill {
  (key: Key, out: FloatArray): void;
  /** Fill the parts of an array, as long as one another, each with its own key, as if it were alone. */
  readonly parts: (keys: readonly Key[], out: FloatArray) => void;
}

/** A law by what it makes of words, in their place: no scratch array. `whole` is its own way to fill an array at once. */
function filling(
  ofWords: (words: Uint32Array, out: FloatArray) => void,
  whole?: (key: Key, words: Uint32Array, out: FloatArray) => boolean,
): Fill {
  const wordsIn = (out: FloatArray) => new Uint32Array(out.buffer, out.byteOffset, out.byteLength / 4);
  const fill = (key: Key, out: FloatArray): void => {
    const words = wordsIn(out);
    if (whole?.(key, words, out)) return;
    threefry(words, key.a, key.b);
    ofWords(words, out);
  };
  const parts = (keys: readonly Key[], out: FloatArray): void => {
    const words = wordsIn(out);
    const each = words.length / keys.length;
    for (const [i, { a, b }] of keys.entries()) threefry(words, a, b, 0, 0, i * each, (i + 1) * each);
    ofWords(words, out);
  };
  return Object.assign(fill, { parts });
}

/** The middle of one of 2³² equal cells of (0, 1). Exact in float64, but float32 may round it to 1. */
const unit32 = (word: number): number => (word + 0.5) * 2 ** -32;

/** The middle of one of 2²³ equal cells of (0, 1): 24 significant bits, so float32 holds it and neither end is reached. */
const unit23 = (word: number): number => ((word >>> 9) + 0.5) * 2 ** -23;

/** The middle of one of 2⁵² equal cells of (0, 1): 53 significant bits, exact, symmetric about one half. */
const unit64 = (high: number, low: number): number => (high * 2 ** 20 + (low >>> 12) + 0.5) * 2 ** -52;

/** Uniform on the open interval (0, 1). */
export const fillUniform: Fill = filling(
  (words, out) => {
    if (out instanceof Float64Array)
      for (let i = 0; i < out.length; i++) out[i] = unit64(words[2 * i]!, words[2 * i + 1]!);
    else for (let i = 0; i < out.length; i++) out[i] = unit23(words[i]!);
  },
  ({ a, b }, words, out) => {
    if (out instanceof Float64Array) return false;
    const filled = fillLanes("units", words, a, b, 0, 0);
    threefry(words, a, b, filled / 2, 0, filled);
    for (let i = filled; i < out.length; i++) out[i] = unit23(words[i]!);
    return true;
  },
);

/** Standard normal, by inversion: `Φ⁻¹(u)`. */
export const fillNormal: Fill = filling((words, out) => {
  if (normalsOfWords(words, out)) return;
  if (out instanceof Float64Array)
    for (let i = 0; i < out.length; i++) out[i] = normalQuantile(unit64(words[2 * i]!, words[2 * i + 1]!));
  else for (let i = 0; i < out.length; i++) out[i] = normalQuantile(unit32(words[i]!));
});

/** −1 or 1, each with probability one half: the top bit of the element's first word. */
export const fillRademacher: Fill = filling((words, out) => {
  const stride = out instanceof Float64Array ? 2 : 1;
  for (let i = 0; i < out.length; i++) out[i] = words[stride * i]! < 2 ** 31 ? 1 : -1;
});

/** Standard Gumbel: `−log(−log u)`, mean 0.5772, variance π²/6. */
export const fillGumbel: Fill = filling((words, out) => {
  if (out instanceof Float64Array)
    for (let i = 0; i < out.length; i++) out[i] = -Math.log(-Math.log(unit64(words[2 * i]!, words[2 * i + 1]!)));
  else for (let i = 0; i < out.length; i++) out[i] = -Math.log(-Math.log(unit32(words[i]!)));
});

/** A law as a function that returns a new tensor. */
export interface Draw {
  (key: Key, shape: Shape, dtype?: "float32"): Tensor<Float32Array>;
  (key: Key, shape: Shape, dtype: "float64"): Tensor<Float64Array>;
  (key: Key, shape: Shape, dtype?: "float32" | "float64"): FloatTensor;
}

function drawing(fill: Fill): Draw {
  const draw = (key: Key, shape: Shape, dtype: "float32" | "float64" = "float32"): FloatTensor => {
    expectKey(key);
    const data = allocate(dtype, sizeOf(shape));
    fill(key, data);
    return tensor(data, shape);
  };
  // TypeScript does not check an implementation against overloads here: the array's width follows `dtype`.
  return draw as Draw;
}

/**
 * Uniform on the open interval (0, 1): never 0 or 1, in float32 neither, so `log(u)` and `log(1 − u)` are finite.
 * The values are the middles of 2²³ (float32) or 2⁵² (float64) equal cells.
 */
export const uniform: Draw = drawing(fillUniform);

/**
 * Standard normal, by inversion (Wichura 1988). Float32 uses 32 random bits an element and ends at ±6.3, float64 uses
 * 52 and ends at ±8.2. The tails call `Math.log`, so engines may differ there in the last bit of a float64.
 */
export const normal: Draw = drawing(fillNormal);

/** −1 or 1 with equal probability. */
export const rademacher: Draw = drawing(fillRademacher);

/** Standard Gumbel, `−log(−log u)`: the argmax of `logits + gumbel` is a categorical draw. */
export const gumbel: Draw = drawing(fillGumbel);
