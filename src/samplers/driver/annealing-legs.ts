/** Annealed importance sampling as compiled programs: a beginning, and legs of many temperatures run again and again. */

import type { Expr } from "../../ir/expr.js";
import { add, exp, mul, neg, sub } from "../../ops/arithmetic.js";
import { type ExprRecord, scan } from "../../ops/control.js";
import { input } from "../../ops/leaf.js";
import { mean } from "../../ops/special.js";
import { fold, type Key } from "../../random/key.js";
import { drawNoise, drawSteps, type NoiseSpec, stackNoise } from "../../random/noise.js";
import type { Executable, Tensors } from "../../runtime/engine.js";
import { compile, type Where } from "../../runtime/program.js";
import { mean as meanOf, variance } from "../../util/moments.js";
import { defined, mapValues, underPrefix, withPrefix } from "../../util/records.js";
import { cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import { type AnnealingPath, annealingPath, baseOf, temperedTarget } from "../parts/annealing.js";
import { walk } from "../parts/walk.js";
import type { Sampler } from "../sampler.js";
import { frameOf, type Target, targetOf } from "../target.js";
import type { SampleTarget } from "./block.js";

/** What moves along which path. */
export interface LegSetup {
  readonly model: SampleTarget;
  readonly chains: number;
  /** Where real points begin, and the standard deviation of a normal base. */
  readonly base: "normal" | "flow";
  readonly scale: number;
  readonly sampler: Sampler;
  readonly options: unknown;
  /** Steps at each temperature. */
  readonly steps: number;
  /** Logarithm of the step size the options give; `null` where the sampler tunes none. */
  readonly logStep: number | null;
  readonly dtype: "float32" | "float64";
  readonly where: Where;
}

export interface Legs {
  readonly setup: LegSetup;
  readonly base: Readonly<Record<string, NoiseSpec>>;
  readonly noise: Readonly<Record<string, NoiseSpec>>;
  /** Temperatures of one run of the engine at most. */
  readonly length: number;
  /** From base draws or given positions to `x`, `slope (1, chains)` and `increment (1, chains)`. */
  begin(from: "base" | "start"): Promise<Executable>;
  /** `n` temperatures: from `x` to `x`, `slope (n, chains)`, `increment (n, chains)`, `acceptance (n)`, `logStep (n)`, `shift`. */
  leg(n: number): Promise<Executable>;
}

/** Temperatures of a leg at most, and numbers of noise. */
const [LONGEST, LARGEST_NOISE] = [50, 2 ** 21];

/** @param moves temperatures after the first. */
export function newLegs(setup: LegSetup, moves: number): Legs {
  const { chains, dtype, sampler, options, steps } = setup;
  const frame = frameOf(setup.model, chains);
  const wide = (spec: NoiseSpec): NoiseSpec => ({ ...spec, dtype });
  const noise = mapValues(stackNoise(sampler.noise(frame, options as never), steps), wide);
  const base = mapValues(baseOf(frame, setup.base, setup.scale).noise(chains), wide);
  const size = Object.values(noise).reduce((n, { shape }) => n + sizeOf(shape), 0);
  const most = Math.max(1, Math.min(LONGEST, Math.floor(LARGEST_NOISE / Math.max(1, size))));
  const kept = new Map<string, Promise<Executable>>();
  const once = (name: string, make: () => Promise<Executable>): Promise<Executable> => {
    const known = kept.get(name) ?? make();
    kept.set(name, known);
    return known;
  };
  return {
    setup,
    base,
    noise,
    // Legs of about equal length, so that at most two lengths are compiled.
    length: Math.ceil(moves / Math.ceil(moves / most)),
    begin: (from) => once(from, () => compileBeginning(setup, base, from)),
    leg: (n) => once(`${n}`, () => compileLeg(setup, noise, n)),
  };
}

/** The parameters of a model that has any, in the width of the run. */
function parametersOf({ model: { params, flow, flowParams }, dtype }: LegSetup): Record<string, FloatTensor> {
  const of = (name: string, t: FloatTensor | undefined): Record<string, FloatTensor> =>
    t && t.data.length > 0 ? { [name]: cast(t, dtype) } : {};
  return { ...of("params", params), ...of("flowParams", flow && flowParams) };
}

function pathOf(setup: LegSetup): { given: Record<string, Expr>; target: Target; path: AnnealingPath } {
  const given = mapValues(parametersOf(setup), ({ shape, dtype }, name) => input(name, shape, dtype));
  const target = targetOf(setup.model, given, setup.chains);
  return { given, target, path: annealingPath(target, baseOf(target, setup.base, setup.scale)) };
}

const inputsFor = (noise: Legs["noise"]): Record<string, Expr> =>
  mapValues(noise, ({ shape, dtype }, name) => input(name, shape, dtype));

/** What is recorded of chains that have moved at a temperature and go on to the next. */
function measure(path: AnnealingPath, x: Expr, at: Expr, next: Expr): ExprRecord<"slope" | "increment"> {
  return { slope: path.slope(x, at), increment: neg(path.difference(x, at, next)) };
}

function compileBeginning(setup: LegSetup, base: Legs["base"], from: "base" | "start"): Promise<Executable> {
  const { chains, model, dtype } = setup;
  const { given, path } = pathOf(setup);
  const noise = inputsFor(base);
  const start = input("x", [chains, ...model.energy.event], dtype);
  const drawn = from === "base" ? withPrefix("noise.", noise) : { x: start };
  const x = from === "base" ? path.base.sample(noise).x : start;
  const [at, next] = [input("at", [], dtype), input("next", [], dtype)];
  return compile({ ...given, ...drawn, at, next }, { x, ...measure(path, x, at, next) }, setup.where);
}

function compileLeg(setup: LegSetup, noise: Legs["noise"], n: number): Promise<Executable> {
  const { chains, model, sampler, options, steps, dtype } = setup;
  const { tuning } = sampler;
  const { given, target, path } = pathOf(setup);
  const x = input("x", [chains, ...model.energy.event], dtype);
  const drawn = inputsFor(mapValues(noise, (spec) => ({ ...spec, shape: [n, ...spec.shape] })));
  const of = (names: readonly string[], shape: readonly number[]): Record<string, Expr> =>
    Object.fromEntries(names.map((name) => [name, input(name, shape, dtype)]));
  const each = of(tuning ? ["at", "next", "logStep"] : ["at", "next"], [n]);
  const { gain, ...carried } = of(tuning ? ["gain", "shift"] : [], []);
  const { state, outputs } = scan<string, string, string>(
    { init: { x, ...carried }, xs: { ...withPrefix("noise.", drawn), ...each } },
    (now, { at, next, logStep, ...rest }) => {
      const size = logStep && add(logStep, now.shift!);
      const own = temperedTarget(target, path, at!);
      const kernel = sampler(own, options as never, tuning && size ? { [tuning.option]: exp(size) } : {});
      const moved = walk(kernel, kernel.init(now.x!), underPrefix("noise.", rest), steps);
      const reached = moved.info[tuning?.info ?? "acceptance"];
      const acceptance = reached && mean(mean(reached, 0));
      const excess = acceptance && tuning && sub(acceptance, tuning.target);
      const shift = tuning ? { shift: excess ? add(now.shift!, mul(gain!, excess)) : now.shift! } : {};
      return {
        state: { x: moved.state.x!, ...shift },
        outputs: { ...measure(path, moved.state.x!, at!, next!), ...defined({ acceptance, logStep: size }) },
      };
    },
  );
  return compile(
    { ...given, x, ...withPrefix("noise.", drawn), ...each, ...carried, ...(gain ? { gain } : {}) },
    { ...state, ...outputs },
    setup.where,
  );
}

/** One pass along the temperatures. */
export interface Trip {
  /** Rising. */
  readonly temperatures: Float64Array;
  readonly reverse: boolean;
  readonly key: Key;
  /** Logarithm of the step size at each temperature. */
  readonly logSteps: Float64Array;
  /** How fast the step size follows the acceptance; 0 leaves it. */
  readonly gain: number;
  /** Where a reverse trip begins. */
  readonly start?: FloatTensor | undefined;
}

export interface Travelled {
  readonly x: FloatTensor;
  /** Of each chain `Σ U_from(x) − U_to(x)` over the temperatures passed. */
  readonly sums: Float64Array;
  readonly means: Float64Array;
  readonly variances: Float64Array;
  readonly acceptance: number | null;
  /** The step sizes used, by temperature. */
  readonly logSteps: Float64Array;
}

/** Carry chains along the temperatures, in order or backwards. */
export async function travel(legs: Legs, trip: Trip): Promise<Travelled> {
  const { setup, noise, length } = legs;
  const { temperatures, reverse, key, gain, start } = trip;
  const n = temperatures.length;
  // The temperature of each place on the way, by its index; the last goes on to itself.
  const order = Array.from({ length: n + 1 }, (_, i) => (reverse ? Math.max(0, n - 1 - i) : Math.min(i, n - 1)));
  const given = parametersOf(setup);
  const wide = (values: readonly number[], shape: readonly number[] = [values.length]): FloatTensor =>
    cast(tensor(Float64Array.from(values), shape), setup.dtype);
  const along = (values: Float64Array, from: number, to: number): number[] =>
    order.slice(from, to).map((k) => values[k]!);
  const record = newRecord(setup.chains, order);
  const logSteps = trip.logSteps.slice();

  const beginning = await legs.begin(start ? "start" : "base");
  const drawn = start ? { x: cast(start, setup.dtype) } : withPrefix("noise.", drawNoise(fold(key, "base"), legs.base));
  const ends = { at: wide(along(temperatures, 0, 1), []), next: wide(along(temperatures, 1, 2), []) };
  let result: Tensors = await beginning.run({ ...given, ...drawn, ...ends });
  record.add(0, result);
  let shift: Tensor = wide([0], []);
  for (let done = 1; done < n; done += length) {
    const to = Math.min(done + length, n);
    const tuned = { logStep: wide(along(logSteps, done, to)), gain: wide([gain], []), shift };
    result = await (await legs.leg(to - done)).run({
      ...given,
      ...(setup.logStep === null ? {} : tuned),
      ...withPrefix("noise.", drawSteps(fold(key, "moves"), noise, done, to - done)),
      x: result.x!,
      at: wide(along(temperatures, done, to)),
      next: wide(along(temperatures, done + 1, to + 1)),
    });
    record.add(done, result);
    shift = result.shift ?? shift;
    if (result.logStep) for (const [i, v] of floats(result.logStep).entries()) logSteps[order[done + i]!] = v;
  }
  return { x: result.x as FloatTensor, logSteps, ...record.read() };
}

/** What is kept of the places on the way, whose temperatures have the given indices. */
function newRecord(chains: number, order: readonly number[]) {
  const n = order.length - 1;
  const [sums, means, variances] = [new Float64Array(chains), new Float64Array(n), new Float64Array(n)];
  const accepted: number[] = [];
  return {
    add(from: number, { slope, increment, acceptance }: Tensors): void {
      const [slopes, increments] = [floats(slope!), floats(increment!)];
      for (let i = 0; i * chains < slopes.length; i++) {
        const at = order[from + i]!;
        const slope = slopes.subarray(i * chains, (i + 1) * chains);
        [means[at], variances[at]] = [meanOf(slope), variance(slope)];
        // After the last temperature there is none to go on to.
        if (from + i < n - 1) for (let c = 0; c < chains; c++) sums[c] = sums[c]! + increments[i * chains + c]!;
      }
      if (acceptance) accepted.push(...floats(acceptance));
    },
    read: () => ({ sums, means, variances, acceptance: accepted.length > 0 ? meanOf(accepted) : null }),
  };
}
