/** Many steps of a kernel as one compiled program, tuning its step size as it goes where it has one. */

import type { Energy } from "../../energies/energy.js";
import type { Flow } from "../../flows/flow.js";
import type { Expr } from "../../ir/expr.js";
import { exp } from "../../ops/arithmetic.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { input } from "../../ops/leaf.js";
import { reshape } from "../../ops/shape.js";
import { type NoiseSpecs, stackNoise } from "../../random/noise.js";
import type { Computes, Executable, RunTime, Tensors } from "../../runtime/engine.js";
import { compile, givenEngine, type Where } from "../../runtime/program.js";
import { sliceAxis } from "../../util/axis.js";
import { mapValues, underPrefix, withPrefix } from "../../util/records.js";
import type { FloatTensor } from "../../util/tensor.js";
import type { Kernel, Sampler } from "../sampler.js";
import { frameOf, type Target, targetOf } from "../target.js";
import { type Averaging, averagingStep } from "./dual-averaging.js";
import type { Frames } from "./groups.js";
import { precondition, type Scale, unwhiten } from "./precondition.js";

/** A model as it is sampled: an energy with its parameters and, for jumps, a flow with its own. */
export interface SampleTarget {
  readonly energy: Energy;
  readonly params?: FloatTensor | undefined;
  readonly flow?: Flow | undefined;
  readonly flowParams?: FloatTensor | undefined;
}

/** A kernel on a target, of one width, in the coordinates of a scale or in the target's own. */
export interface KernelSetup {
  readonly target: SampleTarget;
  readonly sampler: Sampler;
  readonly options: unknown;
  /** Positions like the start: `(chains, ...event)`. */
  readonly like: FloatTensor;
  readonly scale: Scale | null;
  /** How many chains are a team in the windows of a warm-up (`teamOf`); 0 where there are no teams. */
  readonly team: number;
  readonly where: Where;
}

/** Inputs that every program of a run has: parameters, and the scale. */
function givenInputs({ target, like, scale }: KernelSetup): Record<string, Expr> {
  const dtype = like.dtype as "float32" | "float64";
  const { params, flow, flowParams } = target;
  const of = (name: string, t: FloatTensor | null | undefined): Record<string, Expr> =>
    t && t.data.length > 0 ? { [name]: input(name, t.shape, dtype) } : {};
  return { ...of("params", params), ...of("flowParams", flow && flowParams), ...of("scale", scale) };
}

/** What the kernel moves on: the target itself, or its law in the coordinates of the scale. */
function movedTarget({ target, like }: KernelSetup, given: Record<string, Expr>): Target {
  const own = targetOf(target, given, like.shape[0]!);
  return given.scale ? precondition(own, given.scale) : own;
}

/** A program from positions, in the kernel's coordinates, to the state of a chain that begins there. */
export async function compileInit(setup: KernelSetup): Promise<Executable> {
  const { like, sampler, options } = setup;
  const given = givenInputs(setup);
  const x = input("x", like.shape, like.dtype);
  const kernel = sampler(movedTarget(setup, given), options as never);
  return compile({ ...given, x }, kernel.init(x), setup.where);
}

/** The randomness of one step, whatever the scale of the coordinates. */
export function kernelNoise({ target, sampler, options, like }: Omit<KernelSetup, "scale">): NoiseSpecs {
  const noise = sampler.noise(frameOf(target, like.shape[0]!), options as never);
  return mapValues(noise, (spec) => ({ ...spec, dtype: like.dtype as "float32" | "float64" }));
}

/**
 * Inputs `state.*`, `params`, `flowParams`, `scale`, `noise.*` and, for a sampler that tunes, `averaging.*`, the
 * `target`, whether teams share `apart`, and the rates of each step; outputs `state.*` and `averaging.*` after the last step, `path (steps, chains, ...event)` in the
 * target's coordinates, and `info.* (steps, chains)`.
 */
export interface Block {
  /** What computes it. */
  readonly engine: Computes;
  run(inputs: Tensors): Promise<Tensors>;
  readonly infoNames: readonly string[];
}

const averagingNames = ["logStep", "logAverage", "error", "anchor", "shared"] as const;
const rateNames = ["rate", "gain", "weight"] as const;

/** The kernel at step sizes whose logarithms are given, `(chains)`; with the options as they are where none are. */
function kernelAt({ sampler, options, like }: KernelSetup, target: Target, logStep: Expr | undefined): Kernel {
  const { tuning } = sampler;
  if (!tuning || !logStep) return sampler(target, options as never);
  const column = [like.shape[0]!, ...target.event.map(() => 1)];
  return sampler(target, options as never, { [tuning.option]: reshape(exp(logStep), column) });
}

/**
 * A program that tries step sizes: inputs as a block's, `x` in the kernel's coordinates, `logStep (chains)` and the
 * noise of one step; output `reached (chains)`, the info that is tuned by. `null` where the kernel reports none, as one
 * within another may not.
 */
export async function compileTrial(setup: KernelSetup): Promise<Executable | null> {
  const { like } = setup;
  const dtype = like.dtype as "float32" | "float64";
  const given = givenInputs(setup);
  const x = input("x", like.shape, dtype);
  const logStep = input("logStep", [like.shape[0]!], dtype);
  const kernel = kernelAt(setup, movedTarget(setup, given), logStep);
  const drawn = mapValues(kernelNoise(setup), ({ shape }, name) => input(name, shape, dtype));
  const { info } = kernel.step(kernel.init(x), drawn);
  const reached = info[setup.sampler.tuning!.info];
  return reached ? compile({ ...given, x, logStep, ...withPrefix("noise.", drawn) }, { reached }, setup.where) : null;
}

interface BlockGraph {
  readonly inputs: Readonly<Record<string, Expr>>;
  readonly outputs: Readonly<Record<string, Expr>>;
  readonly infoNames: readonly string[];
}

/** Compile `steps` steps. */
export async function compileBlock(setup: KernelSetup, steps: number): Promise<Block> {
  const { inputs, outputs, infoNames } = blockGraph(setup, steps);
  const { run, engine } = await compile(inputs, outputs, setup.where);
  return { run, engine, infoNames };
}

/** What computes a run: the same for every program of it, whatever its blocks. */
export interface ChosenEngine {
  readonly by: Computes;
  /** About what a step of all chains takes, where that is known. */
  readonly step: RunTime | null;
}

/** What computes so many steps in the least time, unless that is known. */
export async function chooseEngine(setup: KernelSetup, steps: number, known?: Computes): Promise<ChosenEngine> {
  const engine = await givenEngine(setup.where.engine);
  const results = Object.values(blockGraph(setup, 1).outputs);
  const by = known ?? (await engine.choose(results, steps));
  return { by, step: engine.estimate(results, by) };
}

/** The same for some chains: positions like the first of them. */
export function ofChains(setup: KernelSetup, chains: number): KernelSetup {
  return { ...setup, like: sliceAxis(setup.like, 0, 0, chains) as FloatTensor };
}

/** The shapes of what a kernel needs and keeps for so many chains. */
export function framesOf(setup: KernelSetup, chains: number): Frames {
  const own = ofChains(setup, chains);
  const x = input("x", own.like.shape, own.like.dtype);
  const kernel = kernelAt(own, movedTarget(own, givenInputs(own)), undefined);
  return { noise: kernelNoise(own), state: kernel.init(x) };
}

function blockGraph(setup: KernelSetup, steps: number): BlockGraph {
  const { sampler, like } = setup;
  const dtype = like.dtype as "float32" | "float64";
  const given = givenInputs(setup);
  const target = movedTarget(setup, given);
  const { tuning } = sampler;
  const chains = like.shape[0]!;
  const averages = tuning ? Object.fromEntries(averagingNames.map((n) => [n, input(n, [chains], dtype)])) : {};
  const { team } = setup;
  const goal = tuning ? { target: input("target", [], dtype) } : {};
  const apart = tuning && team > 0 ? { apart: input("apart", [], dtype) } : {};
  const rates = tuning ? Object.fromEntries(rateNames.map((n) => [n, input(n, [steps], dtype)])) : {};
  const first = kernelAt(setup, target, averages.logStep);
  const drawn = mapValues(stackNoise(kernelNoise(setup), steps), ({ shape }, name) => input(name, shape, dtype));
  const state = mapValues(first.init(input("x", like.shape, dtype)), (e, name) => input(name, e.shape, e.dtype));

  let infoNames: string[] = [];
  const walk = scan(
    {
      init: { ...withPrefix("state.", state), ...withPrefix("averaging.", averages) } as ExprRecord,
      xs: { ...withPrefix("noise.", drawn), ...withPrefix("rate.", rates) } as ExprRecord,
      length: steps,
    },
    (at: ExprRecord, step: ExprRecord) => {
      const averaging = underPrefix("averaging.", at) as Record<keyof Averaging, Expr>;
      const kernel = kernelAt(setup, target, averaging.logStep);
      const { state: next, info } = kernel.step(underPrefix("state.", at), underPrefix("noise.", step));
      infoNames = Object.keys(info);
      const reached = tuning && info[tuning.info];
      const rate = underPrefix("rate.", step) as ExprRecord<"rate" | "gain" | "weight">;
      const tuned = reached
        ? averagingStep(averaging, rate, reached, goal.target!, apart.apart && { size: team, apart: apart.apart })
        : averaging;
      return {
        state: { ...withPrefix("state.", next), ...withPrefix("averaging.", tuned) } as ExprRecord,
        outputs: {
          path: given.scale ? unwhiten(next.x!, given.scale) : next.x!,
          ...withPrefix("info.", info),
        } as ExprRecord,
      };
    },
  );
  const inputs = {
    ...given,
    ...withPrefix("state.", state),
    ...withPrefix("noise.", drawn),
    ...withPrefix("averaging.", averages),
    ...goal,
    ...apart,
    ...rates,
  };
  return { inputs, outputs: { ...walk.state, ...walk.outputs }, infoNames };
}
