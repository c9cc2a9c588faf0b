/** Local chains as a source of negatives, and the options they share. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import type { ExprRecord } from "../../ops/control.js";
import { mean } from "../../ops/special.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { walk as walkKernel } from "../../samplers/parts/walk.js";
import type { KernelChoice } from "../../samplers/roles/kernel-option.js";
import { localKernel, localNoise, localOption } from "../../samplers/roles/local.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { essential } from "../../util/options.js";
import type { Model } from "../objective.js";

export const localOptions = {
  local: localOption({ points: "any" })
    .nullable()
    .default(null)
    .describe(
      "kernel of the chains; gibbs: sweeps by the energy's own conditional laws; null: ula for real points, for discrete ones gibbs, or with gradients where those laws are unknown",
    )
    .meta(essential),
  localSteps: z.number().int().min(1).max(10_000).default(10).describe("k, steps each iteration").meta(essential),
  stepSize: z
    .number()
    .positive()
    .default(0.005)
    .describe("ε, the step size of a kernel that has one, in the units the model is trained in")
    .meta(essential),
};

export type LocalOptions = z.output<z.ZodObject<typeof localOptions>>;

/** The kernel that is meant. */
export function localOf({ support, blocks }: Model["energy"], local: LocalOptions["local"]): KernelChoice {
  if (local !== null) return local;
  if (support.kind === "real") return "ula";
  return blocks ? "gibbs" : "gibbs-with-gradients";
}

/**
 * The noise of `localSteps` steps of `chains` chains. @throws InputError when the kernel does not move the energy's
 * points, or needs blocks and the energy has none.
 */
export const walkNoise = ({ energy }: Model, chains: number, { local, localSteps }: LocalOptions): NoiseSpecs =>
  localNoise(localOf(energy, local), frameOf({ energy }, chains), localSteps);

/** Walk chains from `start (chains, ...event)`; `acceptance` where the kernel has one. */
export function walk(
  { energy }: Model,
  params: Expr,
  start: Expr,
  noise: ExprRecord,
  { local, localSteps, stepSize }: LocalOptions,
): { x: Expr; metrics: ExprRecord } {
  const kernel = localKernel(localOf(energy, local), targetOf({ energy }, { params }, start.shape[0]!), stepSize);
  const { state, info } = walkKernel(kernel, kernel.init(start), noise, localSteps);
  return { x: state.x!, metrics: info.acceptance ? { acceptance: mean(info.acceptance) } : {} };
}
