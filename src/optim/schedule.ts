/** Learning rates over a run, as factors of the base rate computed in the graph. */

import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { add, cos, div, exp, floor, mul } from "../ops/arithmetic.js";
import { clip, minimum } from "../ops/extrema.js";
import { scalar } from "../ops/leaf.js";
import { less, where } from "../ops/logic.js";

/** Options every optimizer shares. */
export const rateOptions = {
  learningRate: z.number().positive().default(1e-3).describe("η, the base learning rate"),
  schedule: z
    .enum(["constant", "step", "cosine", "exponential"])
    .default("constant")
    .describe(
      "constant; step: ×0.3 from half of the run on, ×0.1 from four fifths on; cosine: down to 0; exponential: ×decay every decayEvery updates",
    ),
  decay: z.number().positive().max(1).default(0.99).describe("factor of an exponential schedule"),
  decayEvery: z.number().int().min(1).default(50).describe("updates after which an exponential schedule has it again"),
  warmup: z.number().int().min(0).default(0).describe("updates over which the rate rises linearly from 0"),
};

export interface RateOptions {
  readonly learningRate: number;
  readonly schedule: "constant" | "step" | "cosine" | "exponential";
  readonly decay?: number;
  readonly decayEvery?: number;
  readonly warmup: number;
}

const shapes: Record<Exclude<RateOptions["schedule"], "exponential">, (progress: Expr) => Expr> = {
  constant: () => scalar(1),
  step: (p) => where(less(p, 0.5), 1, where(less(p, 0.8), 0.3, 0.1)),
  cosine: (p) => mul(0.5, add(1, cos(mul(Math.PI, clip(p, 0, 1))))),
};

/** The learning rate of update number `step` (float32 scalar, from 0) in a run of `steps`. */
export function learningRate(options: RateOptions, step: Expr, steps: number): Expr {
  const { learningRate: rate, schedule, decay = 0.99, decayEvery = 50, warmup } = options;
  const factor =
    schedule === "exponential"
      ? exp(mul(Math.log(decay), floor(div(step, decayEvery))))
      : shapes[schedule](div(step, Number.isFinite(steps) ? steps : 1e30));
  const shaped = mul(rate, factor);
  return warmup === 0 ? shaped : mul(shaped, minimum(div(add(step, 1), warmup), 1));
}
