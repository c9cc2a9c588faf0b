/** The programs of a run, and what is fed to them. */

import { fold, type Key } from "../../random/key.js";
import { drawNoise, drawSteps, type NoiseSpecs } from "../../random/noise.js";
import type { Computes, Executable, Tensors } from "../../runtime/engine.js";
import { mapValues, withPrefix } from "../../util/records.js";
import { cast, type FloatTensor, floats, sizeOf, tensor } from "../../util/tensor.js";
import type { Apart } from "./apart.js";
import {
  type Block,
  compileBlock,
  compileInit,
  compileTrial,
  type KernelSetup,
  kernelNoise,
  type SampleTarget,
} from "./block.js";
import { averagingRates } from "./dual-averaging.js";
import type { Position } from "./position.js";
import { type Scale, whiten } from "./precondition.js";
import type { Trial } from "./step-search.js";

/** Numbers of noise in a block at most, so that a kernel that needs much takes shorter blocks. */
const LARGEST_NOISE = 2 ** 22;

export interface Manner {
  /** Whether nothing is tuned any more. */
  readonly frozen: boolean;
  /** Whether all chains of a kind share a step size that is tuned, not only those of a team. */
  readonly together: boolean;
  /** Steps that come after these at one time; 0 at the end. */
  readonly next: number;
}

export interface Motion {
  /** The state of chains that begin at positions, in the coordinates of a scale. */
  begin(x: FloatTensor, scale: Scale | null): Promise<Tensors>;
  /** Some steps from a position; `seconds` leaves compiling out. */
  move(
    at: Position,
    steps: number,
    how: Manner,
  ): Promise<{ readonly result: Tensors; readonly infoNames: readonly string[]; readonly seconds: number }>;
  /** Trials of step sizes from positions; `null` where the kernel reports nothing that it could be tuned by. */
  trials(x: FloatTensor, scale: Scale | null, key: Key): Promise<Trial | null>;
  /** What computed the steps so far: what they were asked of, unless that computes them not; `null` before the first. */
  engine(): Computes | null;
  /** The longest block of at most so many steps. */
  longest(block: number): number;
}

export function newMotion(setup: Omit<KernelSetup, "scale">, key: Key, apart: Apart | null = null): Motion {
  const dtype = setup.like.dtype as "float32" | "float64";
  const kernel = (scale: Scale | null): KernelSetup => ({ ...setup, scale });
  const programs = newPrograms(kernel);
  const given = mapValues(parametersOf(setup.target), (t) => cast(t, dtype));
  const inputs = (scale: Scale | null): Tensors => ({ ...given, ...(scale ? { scale: cast(scale, dtype) } : {}) });
  const noise = kernelNoise(setup);
  const trialNoise = kernelNoise(trialOf(setup));
  const noiseOf = newNoise(key, noise);
  let computed: Computes | null = null;
  const here = (x: FloatTensor, scale: Scale | null): FloatTensor => (scale ? whiten(x, scale) : x);
  return {
    async begin(x, scale) {
      return (await programs.init(scale)).run({ ...inputs(scale), x: here(x, scale) });
    },
    async trials(x, scale, own) {
      const program = await programs.trial(scale);
      const given = { ...inputs(scale), x: here(x, scale) };
      return (
        program &&
        (async (logStep, trial) => {
          const drawn = drawNoise(fold(own, trial), trialNoise);
          const result = await program.run({
            ...{ ...given, logStep: cast(tensor(logStep), dtype) },
            ...withPrefix("noise.", drawn),
          });
          return Float64Array.from(floats(result.reached!));
        })
      );
    },
    async move(at, steps, { frozen, together, next }) {
      const own = together && at.averaging ? null : apart;
      const { run, infoNames, engine } = await programs.block(at.scale, steps, own);
      computed = engine;
      const started = performance.now();
      const running = run({
        ...inputs(at.scale),
        ...withPrefix("state.", at.state),
        ...withPrefix("noise.", noiseOf.draw(at.step, steps)),
        ...averagingInputs(at, steps, { frozen, together }, dtype),
      });
      if (own?.place() === "elsewhere" && next > 0) await noiseOf.ahead(at.step + steps, next, running);
      const result = await running;
      const seconds = (performance.now() - started) / 1000;
      own?.took(steps, seconds);
      return { result, infoNames, seconds };
    },
    engine: () => computed,
    longest(block) {
      const size = Object.values(noise).reduce((n, { shape }) => n + sizeOf(shape), 0);
      return Math.max(1, Math.min(block, Math.floor(LARGEST_NOISE / Math.max(1, size))));
    },
  };
}

/** The noise of blocks: of the next one while other threads compute. */
function newNoise(key: Key, specs: NoiseSpecs) {
  let kept: { readonly first: number; readonly steps: number; readonly noise: Tensors } | undefined;
  const draw = (first: number, steps: number): Tensors =>
    kept?.first === first && kept.steps === steps ? kept.noise : drawSteps(key, specs, first, steps);
  return {
    draw,
    /** Resolves when it is drawn, or the threads are done before it has begun. */
    async ahead(first: number, steps: number, running: Promise<unknown>): Promise<void> {
      // What was asked of the threads leaves this one first.
      let done = false;
      const over = running.then(
        () => true,
        () => true,
      );
      await Promise.race([over.then(() => (done = true)), new Promise((resolve) => setTimeout(resolve))]);
      if (!done) kept = { first, steps, noise: draw(first, steps) };
    },
  };
}

/** Compiled when first asked for: an initial program a kind of scale, a block a kind and length. */
function newPrograms(kernel: (scale: Scale | null) => KernelSetup) {
  const kept = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, make: () => Promise<T>): Promise<T> => {
    const known = kept.get(name) as Promise<T> | undefined;
    if (known) return known;
    const made = make();
    kept.set(name, made);
    return made;
  };
  const kind = (scale: Scale | null): string => `${scale?.shape ?? "none"}`;
  return {
    init: (scale: Scale | null): Promise<Executable> => once(`init ${kind(scale)}`, () => compileInit(kernel(scale))),
    trial: (scale: Scale | null): Promise<Executable | null> =>
      once(`trial ${kind(scale)}`, () => compileTrial(trialOf(kernel(scale)))),
    block: (scale: Scale | null, steps: number, apart: Apart | null): Promise<Block> =>
      once(`block ${apart?.place()} ${kind(scale)} ${steps}`, () =>
        (apart?.compile ?? compileBlock)(kernel(scale), steps),
      ),
  };
}

/** The kernel with the options it has for trying a step size. */
const trialOf = <Setup extends Omit<KernelSetup, "scale">>(setup: Setup): Setup => ({
  ...setup,
  options: { ...(setup.options as object), ...setup.sampler.tuning?.trial },
});

function parametersOf({ params, flow, flowParams }: SampleTarget): Record<string, FloatTensor> {
  return {
    ...(params && params.data.length > 0 ? { params } : {}),
    ...(flow && flowParams && flowParams.data.length > 0 ? { flowParams } : {}),
  };
}

function averagingInputs(
  { averaging, since, target }: Position,
  steps: number,
  { frozen, together }: Pick<Manner, "frozen" | "together">,
  dtype: "float32" | "float64",
): Tensors {
  if (!averaging) return {};
  const rates = mapValues(averagingRates(since, steps, frozen), (t) => cast(t, dtype));
  return {
    ...withPrefix(
      "averaging.",
      mapValues(averaging, (values) => cast(tensor(values), dtype)),
    ),
    target: cast(tensor(Float64Array.of(target), []), dtype),
    apart: cast(tensor(Float64Array.of(together ? 0 : 1), []), dtype),
    ...rates,
  };
}
