/** Local chains as a source of negatives, and the options they share. */

import { z } from "zod";
import type { Expr } from "../../ir/expr.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { mean } from "../../ops/special.js";
import { type NoiseSpecs, stackNoise } from "../../random/noise.js";
import { gibbs } from "../../samplers/kernels/gibbs.js";
import { gibbsWithGradients } from "../../samplers/kernels/gibbs-with-gradients.js";
import { mala } from "../../samplers/kernels/mala.js";
import { ula } from "../../samplers/kernels/ula.js";
import type { Kernel, Sampler } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import type { Model } from "../objective.js";

/** Kernels of the chains, by name. */
const locals = { ula, mala, gibbs, "gibbs-with-gradients": gibbsWithGradients } as const;

export type Local = keyof typeof locals;

export const localOptions = {
  local: z
    .enum(["ula", "mala", "gibbs", "gibbs-with-gradients"])
    .nullable()
    .default(null)
    .describe(
      "kernel of the chains; gibbs: sweeps by the energy's own conditional laws; null: ula for real points, for discrete ones gibbs, or with gradients where those laws are unknown",
    ),
  localSteps: z.number().int().min(1).max(10_000).default(10).describe("k, steps each iteration"),
  stepSize: z
    .number()
    .positive()
    .default(0.005)
    .describe("ε, the step size of ula and mala, in the units the model is trained in"),
};

export type LocalOptions = z.output<z.ZodObject<typeof localOptions>>;

/** The kernel that is meant. */
export function localOf({ support, blocks }: Model["energy"], local: LocalOptions["local"]): Local {
  if (local !== null) return local;
  if (support.kind === "real") return "ula";
  return blocks ? "gibbs" : "gibbs-with-gradients";
}

/** @throws InputError when the kernel does not move the energy's points, or needs blocks and the energy has none. */
function kernelOf({ energy }: Model, params: Expr, chains: number, { local, stepSize }: LocalOptions): Kernel {
  const sampler = locals[localOf(energy, local)] as unknown as Sampler;
  const options = "stepSize" in sampler.options.shape ? { stepSize } : {};
  return sampler(targetOf({ energy }, { params }, chains), options as never);
}

/**
 * The noise of `localSteps` steps of `chains` chains. @throws InputError when the kernel and the energy do not fit.
 */
export const walkNoise = ({ energy }: Model, chains: number, { local, localSteps }: LocalOptions): NoiseSpecs =>
  stackNoise(locals[localOf(energy, local)].noise(frameOf({ energy }, chains)), localSteps);

/** Walk chains from `start (chains, ...event)`; `acceptance` where the kernel has one. */
export function walk(
  model: Model,
  params: Expr,
  start: Expr,
  noise: ExprRecord,
  options: LocalOptions,
): { x: Expr; metrics: ExprRecord } {
  const kernel = kernelOf(model, params, start.shape[0]!, options);
  const { state, outputs } = scan({ init: kernel.init(start), xs: noise }, (s: ExprRecord, xi: ExprRecord) => {
    const { state: next, info } = kernel.step(s, xi);
    return { state: next, outputs: info };
  });
  const acceptance = (outputs as ExprRecord).acceptance;
  return { x: (state as ExprRecord).x!, metrics: acceptance ? { acceptance: mean(acceptance) } : {} };
}
