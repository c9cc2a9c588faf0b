/** Where chains begin. */

import { z } from "zod";
import { real, type Support, uniformStates } from "../../energies/support.js";
import type { Expr } from "../../ir/expr.js";
import { argmax } from "../../ops/extrema.js";
import { oneHot } from "../../ops/indexing.js";
import { less, where } from "../../ops/logic.js";
import { integers } from "../../random/choose.js";
import { normal } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import type { NoiseSpec } from "../../random/noise.js";
import { type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";

export const startOption = z
  .enum(["data", "noise"])
  .default("data")
  .describe("where chains begin: at points of the data, or at standard normal noise, uniform for discrete points");

/** `n` starting points `(n, ...event)` in single precision. */
export function startingPoints(
  key: Key,
  from: z.output<typeof startOption>,
  n: number,
  event: Shape,
  data: FloatTensor,
  support: Support = real,
): Tensor<Float32Array> {
  const size = sizeOf(event);
  const shape = [n, ...event];
  if (from === "noise")
    return tensor(Float32Array.from(noisePoints(fold(key, "noise"), support, event, n).data), shape);
  const rows = integers(fold(key, "rows"), [n], data.shape[0]!);
  const x = new Float32Array(n * size);
  for (const [i, row] of rows.entries()) x.set(data.data.subarray(row * size, (row + 1) * size), i * size);
  return tensor(x, shape);
}

const noisePoints = (key: Key, support: Support, event: Shape, n: number): FloatTensor =>
  support.kind === "real" ? normal(key, [n, ...event]) : uniformStates(support, event, n, key);

/** The noise that points `(n, ...event)` are made of where chains are restarted: normal, of discrete points uniform. */
export function freshNoise({ event, support }: Model["energy"], n: number): NoiseSpec {
  const law = { real: "normal", binary: "uniform", categorical: "gumbel" } as const;
  return { law: law[support.kind], shape: [n, ...event] };
}

/** The points that such noise stands for. */
export function freshPoints({ support }: Model["energy"], noise: Expr): Expr {
  if (support.kind === "real") return noise;
  if (support.kind === "binary") return where(less(noise, 0.5), support.values[0], support.values[1]);
  return oneHot(argmax(noise), support.categories, noise.dtype as "float32" | "float64");
}
