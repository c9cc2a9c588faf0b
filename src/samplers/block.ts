/** Many steps of a kernel as one compiled program, optionally tuning its step size as it goes. */

import type { Energy } from "../energies/energy.js";
import type { Flow } from "../flows/flow.js";
import type { Expr } from "../ir/expr.js";
import { add, exp, mul, sub } from "../ops/arithmetic.js";
import { type ExprRecord, scan } from "../ops/control.js";
import { input } from "../ops/leaf.js";
import { mean } from "../ops/special.js";
import type { NoiseSpec } from "../random/noise.js";
import { compile, type Program } from "../runtime/program.js";
import { mapValues, underPrefix, withPrefix } from "../util/records.js";
import type { FloatTensor } from "../util/tensor.js";
import type { Kernel, Sampler } from "./sampler.js";
import { proposalOf } from "./target.js";

/** A model as it is sampled: an energy with its parameters and, for jumps, a flow with its own. */
export interface SampleTarget {
  readonly energy: Energy;
  readonly params?: FloatTensor;
  readonly flow?: Flow;
  readonly flowParams?: FloatTensor;
}

/**
 * Inputs `x`, `params`, `flowParams`, `noise.*` and, for a sampler that tunes, `logStep` and `gains (steps)`; outputs
 * `x`, `path (steps, chains, ...event)`, `info.* (steps, chains)` and `logSteps (steps)`.
 */
export interface Block {
  readonly program: Program;
  readonly noise: Readonly<Record<string, NoiseSpec>>;
  readonly infoNames: readonly string[];
}

/** The same noise for each of `n` steps, stacked along a first axis. */
export const stackNoise = (noise: Kernel["noise"], n: number): Record<string, NoiseSpec> =>
  mapValues(noise, (spec) => ({ ...spec, shape: [n, ...spec.shape] }));

/** Compile `steps` steps from positions like `start`. */
export async function compileBlock(
  { energy, params, flow, flowParams }: SampleTarget,
  sampler: Sampler,
  options: unknown,
  start: FloatTensor,
  steps: number,
): Promise<Block> {
  const dtype = start.dtype as "float32" | "float64";
  const like = (name: string, t: FloatTensor | undefined): Record<string, Expr> =>
    t && t.data.length > 0 ? { [name]: input(name, t.shape, dtype) } : {};
  const { tuning } = sampler;
  const given: Record<string, Expr> = {
    ...like("x", start),
    ...like("params", params),
    ...like("flowParams", flow && flowParams),
    ...(tuning ? { logStep: input("logStep", [], dtype), gains: input("gains", [steps], dtype) } : {}),
  };
  const target = {
    energy: (x: Expr) => energy(x, given.params),
    event: start.shape.slice(1),
    chains: start.shape[0]!,
    ...(flow && given.flowParams ? { proposal: proposalOf(flow, given.flowParams) } : {}),
  };
  const kernelAt = (logStep: Expr | undefined): Kernel =>
    sampler(target, options as never, tuning && logStep ? { [tuning.option]: exp(logStep) } : {});

  const first = kernelAt(given.logStep);
  const noise = mapValues(stackNoise(first.noise, steps), (spec) => ({ ...spec, dtype }));
  const drawn = mapValues(noise, ({ shape }, name) => input(name, shape, dtype));
  const tuned = tuning ? { logStep: given.logStep! } : {};
  let infoNames: string[] = [];
  const walk = scan(
    {
      init: { ...withPrefix("state.", first.init(given.x!)), ...tuned } as ExprRecord,
      xs: { ...withPrefix("noise.", drawn), ...(tuning ? { gain: given.gains! } : {}) } as ExprRecord,
    },
    (state: ExprRecord, step: ExprRecord) => {
      const kernel = kernelAt(state.logStep);
      const { state: next, info } = kernel.step(underPrefix("state.", state), underPrefix("noise.", step));
      infoNames = Object.keys(info);
      const reached = tuning && info[tuning.info];
      const logStep = reached && add(state.logStep!, mul(step.gain!, sub(mean(reached), tuning.target)));
      const moved = tuning ? { logStep: logStep ?? state.logStep! } : {};
      return {
        state: { ...withPrefix("state.", next), ...moved } as ExprRecord,
        outputs: { path: next.x!, ...withPrefix("info.", info), ...withPrefix("", moved) } as ExprRecord,
      };
    },
  );
  const { logStep: logSteps, ...outputs } = walk.outputs as Record<string, Expr>;
  return {
    program: await compile(
      { ...given, ...withPrefix("noise.", drawn) },
      { x: (walk.state as ExprRecord)["state.x"]!, ...outputs, ...(logSteps ? { logSteps } : {}) },
    ),
    noise,
    infoNames,
  };
}
