/** Where chains begin. */

import { z } from "zod";
import { integers } from "../random/choose.js";
import { normal } from "../random/draw.js";
import { fold, type Key } from "../random/key.js";
import { type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../util/tensor.js";

export const startOption = z
  .enum(["data", "noise"])
  .default("data")
  .describe("where chains begin: at points of the data, or at standard normal noise");

/** `n` starting points `(n, ...event)` in single precision. */
export function startingPoints(
  key: Key,
  from: z.output<typeof startOption>,
  n: number,
  event: Shape,
  data: FloatTensor,
): Tensor<Float32Array> {
  const size = sizeOf(event);
  const shape = [n, ...event];
  if (from === "noise") return tensor(Float32Array.from(normal(fold(key, "noise"), shape).data), shape);
  const rows = integers(fold(key, "rows"), [n], data.shape[0]!);
  const x = new Float32Array(n * size);
  for (const [i, row] of rows.entries()) x.set(data.data.subarray(row * size, (row + 1) * size), i * size);
  return tensor(x, shape);
}
