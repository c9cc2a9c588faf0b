import { z } from "zod";
import type { Expr, Operand } from "../../ir/expr.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { min } from "../../ops/extrema.js";
import { gather } from "../../ops/indexing.js";
import { cast, constant, scalar } from "../../ops/leaf.js";
import { finite, greaterEqual, less, where } from "../../ops/logic.js";
import { broadcastTo, sum } from "../../ops/shape.js";
import { logMeanExp, mean } from "../../ops/special.js";
import { type NoiseSpecs, stackNoise } from "../../random/noise.js";
import { essential } from "../../util/options.js";
import { defined, underPrefix, withPrefix } from "../../util/records.js";
import { tensor } from "../../util/tensor.js";
import { type AnnealingBase, type AnnealingPath, annealingPath, baseOf, temperedTarget } from "../parts/annealing.js";
import { effectiveSize, systematic } from "../parts/resample.js";
import { walk } from "../parts/walk.js";
import type { KernelChoice } from "../roles/kernel-option.js";
import {
  bestAcceptance,
  countedGradients,
  localGradients,
  localKernel,
  localNoise,
  localOption,
} from "../roles/local.js";
import { sampler, type Transition } from "../sampler.js";
import type { Frame, Target } from "../target.js";

/** How a population is carried along a path. */
export interface PopulationOptions {
  /** Given inverse temperatures after 0, rising to 1; or so many stages, each as far as keeps a share of the weights. */
  readonly schedule: readonly number[] | { readonly stages: number; readonly keep: number };
  readonly local: KernelChoice;
  /** Local steps after each resampling. */
  readonly moves: number;
  readonly stepSize: Operand;
  /** How far the logarithm of the step size follows the acceptance of the stage before. */
  readonly adaptation: number;
  /** From log-weights and a uniform number to the indices of the points that are kept. */
  readonly resample?: (logWeights: Expr, uniform: Expr) => Expr;
}

const stagesOf = (schedule: PopulationOptions["schedule"]): number =>
  "stages" in schedule ? schedule.stages : schedule.length;

/** What a pass of a population needs. */
export function populationNoise(
  { event, chains }: Frame,
  base: Pick<AnnealingBase, "noise">,
  { schedule, local, moves }: Pick<PopulationOptions, "schedule" | "local" | "moves">,
): NoiseSpecs {
  const stages = stagesOf(schedule);
  return {
    ...withPrefix("base.", base.noise(chains)),
    ...withPrefix("move.", stackNoise(localNoise(local, { event, chains }, moves), stages)),
    u: { law: "uniform", shape: [stages] },
  };
}

/** One pass of a population along a path, as a step that forgets where it was. */
export function populationKernel(target: Target, path: AnnealingPath, options: PopulationOptions): Transition {
  const { schedule, local, moves, stepSize, adaptation, resample = systematic } = options;
  const { chains } = target;
  const given = "stages" in schedule ? null : schedule;
  const stages = stagesOf(schedule);
  const keep = "stages" in schedule ? schedule.keep : 0;
  return {
    init: (x) => ({ x }),
    step(_, { u, ...drawn }) {
      const { x } = path.base.sample(underPrefix("base.", drawn));
      const number = (value: number): Expr => scalar(value, x.dtype);
      const row = (values: readonly number[]): Expr => cast(constant(tensor(Float64Array.from(values))), x.dtype);
      const first = typeof stepSize === "number" ? number(stepSize) : stepSize;
      const pass = scan<string, string, string>(
        {
          init: { x, beta: number(0), step: first },
          // A given schedule says where to go; else the last stage goes to 1 whatever is left of the weights.
          xs: {
            ...withPrefix("move.", underPrefix("move.", drawn)),
            u: u!,
            end: row(given ?? Array.from({ length: stages }, (_, i) => (i === stages - 1 ? 1 : 0))),
          },
        },
        ({ x: at, beta, step }, { u: uniform, end, ...own }) => {
          const weights = (to: Expr): Expr => incrementalWeights(path, at!, beta!, to);
          const next = given ? end! : where(less(0, end!), 1, nextBeta(weights, beta!, keep));
          const logWeights = weights(next);
          const kept = gather(at!, resample(logWeights, uniform!));
          const kernel = localKernel(local, temperedTarget(target, path, next), step!);
          const moved = walk(kernel, kernel.init(kept), underPrefix("move.", own), moves);
          const accepted = moved.info.acceptance;
          const acceptance = accepted && mean(mean(accepted, 0));
          const { gradients } = countedGradients(moved.info);
          const factor = acceptance && exp(mul(adaptation, sub(acceptance, bestAcceptance(local))));
          return {
            state: { x: moved.state.x!, beta: next, step: factor && adaptation > 0 ? mul(step!, factor) : step! },
            outputs: {
              logZ: logMeanExp(logWeights),
              ess: effectiveSize(logWeights),
              used: cast(less(beta!, 1), x.dtype),
              ...defined({ acceptance, gradients: gradients && mean(gradients) }),
            },
          };
        },
      );
      return { state: { x: pass.state.x! }, info: summary(pass.outputs, chains) };
    },
  };
}

/** `U_from − U_to (n)`; −∞ where it is no number, so that a point outside the energy's domain has no weight. */
function incrementalWeights(path: AnnealingPath, x: Expr, from: Expr, to: Expr): Expr {
  const change = neg(path.difference(x, from, to));
  return where(finite(change), change, Number.NEGATIVE_INFINITY);
}

/** Halvings of an interval of inverse temperatures: as many as a float32 has digits. */
const HALVINGS = 24;

/**
 * The largest β up to 1 at which the weights of going there keep a share of the effective sample size, by bisection.
 * The share is one of the points that have any weight: at the first stage some may lie where the energy is infinite.
 */
function nextBeta(weights: (to: Expr) => Expr, from: Expr, keep: number): Expr {
  const enough = (to: Expr): Expr => {
    const logs = weights(to);
    const alive = sum(cast(finite(logs), logs.dtype));
    return greaterEqual(effectiveSize(logs), mul(keep, alive));
  };
  const one = scalar(1, from.dtype);
  const { state } = scan({ init: { low: from, high: one }, length: HALVINGS }, ({ low, high }) => {
    const middle = mul(0.5, add(low, high));
    const further = enough(middle);
    return { state: { low: where(further, middle, low), high: where(further, high, middle) } };
  });
  return where(enough(one), 1, state.low);
}

/** What a pass reports, the same for every chain. */
function summary({ logZ, ess, used, acceptance, gradients }: ExprRecord, chains: number): ExprRecord {
  const each = (e: Expr): Expr => broadcastTo(e, [chains]);
  return {
    logZ: each(sum(logZ!)),
    ess: each(min(ess!)),
    stages: each(sum(used!)),
    ...(acceptance ? { acceptance: each(mean(acceptance)) } : {}),
    ...(gradients ? { gradients: each(sum(gradients)) } : {}),
  };
}

/** Why numbers are no schedule; `null` when they are one. */
function whyNoSchedule(betas: readonly number[]): string | null {
  if (betas[0] !== 0 || betas.at(-1) !== 1 || betas.length < 2) return "inverse temperatures go from 0 to 1";
  const wrong = betas.findIndex((b, i) => i > 0 && !(b > betas[i - 1]!));
  return wrong < 0 ? null : `inverse temperatures rise, and ${betas[wrong]} follows ${betas[wrong - 1]}`;
}

interface Schedule {
  readonly temperatures: "adaptive" | readonly number[];
  readonly stages: number;
  readonly keep: number;
}

const scheduleOf = ({ temperatures, stages, keep }: Schedule): PopulationOptions["schedule"] =>
  temperatures === "adaptive" ? { stages, keep } : temperatures.slice(1);

/**
 * Sequential Monte Carlo: one step is a whole pass of the population of all chains, which forgets where it was. Drawn
 * from the base, it is carried to the target in stages: the next β is the largest at which the incremental weights
 * `exp(U_β − U_β′)` keep a share of their effective sample size; weighted, resampled, and moved by a local kernel whose
 * step size follows the acceptance of the stage before. Stages that are left when β is 1 only move; the last goes to 1
 * whatever is left of the weights, which a small `ess` shows.
 * `logZ` is the pass's estimate, the sum of the logarithms of mean incremental weights. Over passes `E[exp(logZ)] = Z`
 * exactly with given temperatures and `adaptation` 0; what is chosen by looking at the population biases it by order
 * 1/N, as it does the law of the draws. `ess` is the smallest of the stages, in chains.
 * Source: Del Moral, Doucet & Jasra (2006); Jasra et al. (2011), Zhou, Johansen & Aston (2016) for the adaptation.
 */
export const smc = sampler({
  name: "smc",
  about: "A population carried from a base to the target, weighted, resampled and moved; also gives log Z.",
  cite: "Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers",
  exact: false,
  crosses: true,
  interacts: true,
  options: z.object({
    temperatures: z
      .union([
        z.literal("adaptive"),
        z.array(z.number()).superRefine((betas, context) => {
          const fault = whyNoSchedule(betas);
          if (fault) context.addIssue({ code: "custom", message: fault });
        }),
      ])
      .default("adaptive")
      .describe("inverse temperatures from 0 to 1; adaptive: by the effective sample size"),
    stages: z.number().int().min(1).max(1000).default(20).describe("stages when temperatures are adaptive"),
    keep: z.number().positive().lt(1).default(0.7).describe("share of the effective sample size that a stage keeps"),
    base: z
      .enum(["normal", "flow"])
      .default("normal")
      .describe("the law at β = 0: N(0, scale²), or the flow")
      .meta(essential),
    scale: z.number().positive().default(2).describe("standard deviation of a normal base"),
    local: localOption({ exact: true, alone: true })
      .default("mala")
      .describe("kernel of the local moves")
      .meta(essential),
    moves: z.number().int().min(1).max(1000).default(5).describe("local steps a stage"),
    stepSize: z.number().positive().default(0.1).describe("ε at the first stage").meta(essential),
    adaptation: z.number().nonnegative().default(2).describe("change of log ε by an excess of acceptance; 0: ε stays"),
  }),
  gradients({ local, moves, ...given }) {
    const each = localGradients(local, moves);
    return each === null ? null : stagesOf(scheduleOf(given)) * (1 + each);
  },
  noise: (frame, { base, scale, local, moves, ...given }) =>
    populationNoise(frame, baseOf(frame, base, scale), { schedule: scheduleOf(given), local, moves }),
  kernel(target, { base, scale, local, moves, stepSize, adaptation, ...given }) {
    const path = annealingPath(target, baseOf(target, base, scale as number));
    return populationKernel(target, path, {
      schedule: scheduleOf(given as Schedule),
      local,
      moves: moves as number,
      stepSize,
      adaptation: adaptation as number,
    });
  },
});
