/** Pairs of samples for tests of whether their laws are equal. */

import { categorical } from "../../src/random/choose.js";
import { normal } from "../../src/random/draw.js";
import { fold, type Key } from "../../src/random/key.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";

/** `n` rows of `N(centre, deviation² I)`. */
export function normalRows(key: Key, [n, d]: readonly [number, number], centre = 0, deviation = 1): FloatTensor {
  const z = normal(key, [n, d], "float64");
  return tensor(
    z.data.map((v) => centre + deviation * v),
    [n, d],
  );
}

export interface Modes {
  readonly x: FloatTensor;
  /** 0 or 1 for each row. */
  readonly labels: Int32Array;
}

/** Half the distance of the modes in each coordinate, in standard deviations of one. */
export const APART = 4;

/** `n` rows in the plane of two round modes at `∓(4, 4)`, the second with the given weight, each as wide as told. */
export function twoModeRows(key: Key, n: number, second: number, deviation = 1): Modes {
  const labels = categorical(fold(key, "mode"), [1 - second, second], [n]);
  const z = normalRows(fold(key, "noise"), [n, 2], 0, deviation);
  return {
    x: tensor(
      z.data.map((v, i) => v + (labels[i >> 1] === 1 ? APART : -APART)),
      [n, 2],
    ),
    labels,
  };
}

/** `∇ log p` at rows of the plane, of the two modes in equal parts and of deviation 1. */
export function twoModeScores({ data, shape }: FloatTensor): FloatTensor {
  const out = new Float64Array(data.length);
  for (let i = 0; i < data.length; i += 2) {
    // log p = −|x|²/2 + log cosh(x · a) + constant, with a = (4, 4).
    const pull = APART * Math.tanh(APART * (data[i]! + data[i + 1]!));
    out[i] = pull - data[i]!;
    out[i + 1] = pull - data[i + 1]!;
  }
  return tensor(out, shape);
}
