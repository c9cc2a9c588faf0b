/** How weighted walkers are moved, and what a move that is not exact adds to their weights. */

import { z } from "zod";
import type { EnergyFunction } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, mul, square, sub } from "../../ops/arithmetic.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { zerosLike } from "../../ops/indexing.js";
import type { NoiseSpecs } from "../../random/noise.js";
import { flowMc } from "../../samplers/composites/flow-mc.js";
import { ula } from "../../samplers/kernels/ula.js";
import { energyAndGradient, sumEvent } from "../../samplers/parts/metropolis.js";
import { chosen, type KernelChoice, kernelOption } from "../../samplers/roles/kernel-option.js";
import { locals, whyUnmet } from "../../samplers/roles/local.js";
import type { Sampler } from "../../samplers/sampler.js";
import { frameOf, targetOf } from "../../samplers/target.js";
import { essential } from "../../util/options.js";
import type { Model, StepInput } from "../objective.js";
import { averageAcceptances } from "./acceptances.js";
import { walk, walkNoise } from "./negatives.js";

// What a sampler's options are is of no interest here.
const [langevin, assisted] = [ula, flowMc] as unknown as readonly [Sampler, Sampler];
const candidates = [...locals, assisted];

const samplerOf = (kernel: KernelChoice): Sampler => chosen(candidates, kernel);

/** Whether walkers are moved by a flow as well. */
export const needsFlow = (kernel: KernelChoice): boolean => samplerOf(kernel).needs?.includes("flow") ?? false;

export const walkerOptions = {
  kernel: kernelOption({
    among: candidates,
    whyNot: (facts) => ([langevin, assisted].includes(facts as Sampler) ? null : whyUnmet(facts, { exact: true })),
  })
    .default("mala")
    .describe("what moves the walkers; flow-mc: mala and a jump that the flow proposes"),
  localSteps: z.number().int().min(1).max(10_000).default(4).describe("local steps each iteration").meta(essential),
  stepSize: z
    .number()
    .positive()
    .default(0.005)
    .describe("ε, the step size of a kernel that has one, in the units the model is trained in")
    .meta(essential),
  corrected: z
    .boolean()
    .default(true)
    .describe("whether ula's weights make up for its bias; off is the control that must fail"),
};

export type WalkerOptions = z.output<z.ZodObject<typeof walkerOptions>>;

export interface WalkerMove {
  readonly noise: NoiseSpecs;
  /** From `x (chains, ...event)`: positions, what is added to the log-weights `(chains)` or 0, and acceptances. */
  apply(
    x: Expr,
    params: StepInput["params"],
    noise: ExprRecord,
  ): { x: Expr; logRatio: Expr | number; metrics: ExprRecord };
}

/** Moves that leave the weighted law of walkers that of the model. */
export function walkerMove(model: Model, chains: number, options: WalkerOptions): WalkerMove {
  const { kernel, localSteps, stepSize, corrected } = options;
  const own = samplerOf(kernel);
  if (own === assisted) return flowMove(model, chains, options);
  const local = { local: own, localSteps, stepSize };
  const noise = walkNoise(model, chains, local);
  if (own === langevin && corrected)
    return {
      noise,
      apply: (x, params, drawn) => ({
        ...correctedLangevin((at) => model.energy(at, params.energy), x, drawn.xi!, stepSize),
        metrics: {},
      }),
    };
  return {
    noise,
    apply: (x, params, drawn) => ({ ...walk(model, params.energy, x, drawn, local), logRatio: 0 }),
  };
}

function flowMove(model: Model, chains: number, { localSteps, stepSize }: WalkerOptions): WalkerMove {
  const options = { local: "mala", localSteps, stepSize } as const;
  return {
    noise: flowMc.noise(frameOf(model, chains), options),
    apply(x, params, drawn) {
      const own = flowMc(targetOf(model, { params: params.energy, flowParams: params.flow }, chains), options);
      const { state, info } = own.step(own.init(x), drawn);
      return { x: state.x!, logRatio: 0, metrics: averageAcceptances(info) };
    },
  };
}

/**
 * Langevin steps without rejection, and the sum of the logarithms of their Metropolis–Hastings ratios
 * `α(x, y) − α(y, x)`, `α(x, y) = U(x) + ½ (y − x)·∇U(x) + ¼ ε |∇U(x)|²`: weighted by them, the steps are exact.
 */
function correctedLangevin(
  energy: EnergyFunction,
  start: Expr,
  xi: Expr,
  stepSize: number,
): { x: Expr; logRatio: Expr } {
  const first = energyAndGradient(energy, start);
  const init = { x: start, ...first, logRatio: zerosLike(first.energy) };
  const { state } = scan({ init, xs: { xi } }, (at, { xi: noise }) => {
    const y = add(sub(at.x, mul(stepSize, at.gradient)), mul(Math.sqrt(2 * stepSize), noise));
    const next = energyAndGradient(energy, y);
    const along = mul(0.5, sumEvent(mul(sub(y, at.x), add(at.gradient, next.gradient))));
    const lengths = mul(0.25 * stepSize, sumEvent(sub(square(at.gradient), square(next.gradient))));
    const ratio = add(add(sub(at.energy, next.energy), along), lengths);
    return { state: { x: y, ...next, logRatio: add(at.logRatio, ratio) } };
  });
  return { x: state.x, logRatio: state.logRatio };
}
