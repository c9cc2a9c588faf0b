/** Where chains begin. */

import { z } from "zod";
import { real, type Support, uniformStates } from "../../energies/support.js";
import type { Expr } from "../../ir/expr.js";
import { argmax } from "../../ops/extrema.js";
import { oneHot } from "../../ops/indexing.js";
import { less, where } from "../../ops/logic.js";
import { integers } from "../../random/choose.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, type Key } from "../../random/key.js";
import type { NoiseSpec } from "../../random/noise.js";
import { essential } from "../../util/options.js";
import { type FloatTensor, type Shape, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import type { Model } from "../objective.js";

const starts = ["data", "noise", "uniform"] as const;

export type Start = (typeof starts)[number];

const startText =
  "where chains begin: at points of the data, at standard normal noise, or uniformly in the box of the data; discrete points at states that are all alike likely";

export const startOption = z.enum(starts).default("data").describe(startText).meta(essential);

/** The same beside a flow. */
export const flowStartOption = z
  .enum([...starts, "flow"])
  .default("data")
  .describe(`${startText}; flow: at draws of the flow as it is when they are first moved`)
  .meta(essential);

/** `n` starting points `(n, ...event)` in single precision. */
export function startingPoints(
  key: Key,
  from: Start,
  n: number,
  event: Shape,
  data: FloatTensor,
  support: Support = real,
): Tensor<Float32Array> {
  const size = sizeOf(event);
  const shape = [n, ...event];
  if (from === "noise" || (from === "uniform" && support.kind !== "real"))
    return tensor(Float32Array.from(noisePoints(fold(key, "noise"), support, event, n).data), shape);
  if (from === "uniform") return inBox(fold(key, "box"), shape, data);
  const rows = integers(fold(key, "rows"), [n], data.shape[0]!);
  const x = new Float32Array(n * size);
  for (const [i, row] of rows.entries()) x.set(data.data.subarray(row * size, (row + 1) * size), i * size);
  return tensor(x, shape);
}

const noisePoints = (key: Key, support: Support, event: Shape, n: number): FloatTensor =>
  support.kind === "real" ? normal(key, [n, ...event]) : uniformStates(support, event, n, key);

/** Uniform points in the smallest box with sides along the axes that holds the data. */
function inBox(key: Key, shape: Shape, { data, shape: [rows] }: FloatTensor): Tensor<Float32Array> {
  const size = data.length / rows!;
  const [low, high] = [data.slice(0, size), data.slice(0, size)];
  for (const [i, v] of data.entries()) {
    low[i % size] = Math.min(low[i % size]!, v);
    high[i % size] = Math.max(high[i % size]!, v);
  }
  const u = uniform(key, shape).data;
  return tensor(
    Float32Array.from(u, (v, i) => low[i % size]! + v * (high[i % size]! - low[i % size]!)),
    shape,
  );
}

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
