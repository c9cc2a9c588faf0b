/** Local chains as a source of negatives, and the options they share. */

import { z } from "zod";
import type { Expr } from "../ir/expr.js";
import { type ExprRecord, scan } from "../ops/control.js";
import { mean } from "../ops/special.js";
import type { NoiseSpec } from "../random/noise.js";
import { stackNoise } from "../samplers/block.js";
import { mala } from "../samplers/mala.js";
import type { Kernel } from "../samplers/sampler.js";
import { ula } from "../samplers/ula.js";
import type { Model } from "./objective.js";

const locals = { ula, mala } as const;

export const localOptions = {
  local: z.enum(["ula", "mala"]).default("ula").describe("kernel of the chains"),
  localSteps: z.number().int().min(1).max(10_000).default(10).describe("k, steps each iteration"),
  stepSize: z.number().positive().default(0.005).describe("ε, the step size, in the units the model is trained in"),
};

export type LocalOptions = z.output<z.ZodObject<typeof localOptions>>;

const kernelOf = (model: Model, params: Expr, chains: number, { local, stepSize }: LocalOptions): Kernel =>
  locals[local](
    { energy: (x) => model.energy(x, params), event: model.event, chains, support: model.energy.support },
    { stepSize },
  );

/** The noise of `localSteps` steps of `chains` chains. */
export function walkNoise(model: Model, chains: number, options: LocalOptions): Record<string, NoiseSpec> {
  const { local, stepSize, localSteps } = options;
  // The noise a kernel declares depends on shapes alone, never on the energy.
  const kernel = locals[local](
    { energy: () => neverCalled(), event: model.event, chains, support: model.energy.support },
    { stepSize },
  );
  return stackNoise(kernel.noise, localSteps);
}

const neverCalled = (): never => {
  throw new Error("a kernel evaluated the energy while declaring its noise");
};

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
