import { uniform } from "../../random/draw.js";
import type { Key } from "../../random/key.js";
import { type FloatTensor, type ImageShape, tensor } from "../../util/tensor.js";

/** Images `(n, channels · height · width)`, each left to right with probability ½, by the key. */
export function mirrored({ data, shape }: FloatTensor, [channels, height, width]: ImageShape, key: Key): FloatTensor {
  const [n, d] = [shape[0]!, channels * height * width];
  const coins = uniform(key, [n]).data;
  const out = data.slice();
  for (const [i, coin] of coins.entries()) {
    if (coin < 0.5) continue;
    for (let line = i * d; line < (i + 1) * d; line += width) out.subarray(line, line + width).reverse();
  }
  return tensor(out, [...shape]);
}
