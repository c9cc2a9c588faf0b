/** A run as a state that advances block by block: what it holds between blocks is all that the rest depends on. */

import type { Key } from "../random/key.js";
import { drawSteps } from "../random/noise.js";
import { type CompileOptions, expectFinite, type Program, type Tensors } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { mapValues, underPrefix, withPrefix } from "../util/records.js";
import { cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { type Block, compileBlock, compileInit, type KernelSetup, kernelNoise, type SampleTarget } from "./block.js";
import { type Averaging, averagingRates, freezeAveraging, startAveraging } from "./dual-averaging.js";
import { type History, newHistory } from "./history.js";
import { diagonalOf, type Scale, whiten } from "./precondition.js";
import type { SampleProgress, Samples } from "./sample.js";
import type { Metric, Sampler } from "./sampler.js";
import { addPath, type Moments, newMoments, scaleOf, windowEnds, windowStart } from "./warmup.js";

/** A run between two blocks, as tensors by name: what `resume` takes and files keep. */
export type Checkpoint = Readonly<Record<string, Tensor>>;

export interface RunnerSetup {
  readonly target: SampleTarget;
  readonly sampler: Sampler;
  /** Checked. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly start: FloatTensor;
  readonly metric: Metric;
  readonly counts: { readonly warmup: number; readonly draws: number; readonly thin: number; readonly block: number };
  readonly key: Key;
  readonly scale: FloatTensor | undefined;
  readonly where: CompileOptions;
  readonly resume: Checkpoint | undefined;
}

/** Where a run is. */
interface Position {
  readonly step: number;
  /** The kernel's state, in its own coordinates. */
  readonly state: Tensors;
  readonly averaging: Averaging | null;
  /** Steps since the averaging started, or started again. */
  readonly since: number;
  readonly scale: Scale | null;
  readonly moments: Moments | null;
}

export interface Runner {
  finished(): boolean;
  /** One block. */
  advance(): Promise<SampleProgress>;
  samples(): Omit<Samples, "sampler" | "exact" | "interacts">;
}

/** Numbers of noise in a block at most, so that a kernel that needs much takes shorter blocks. */
const LARGEST_NOISE = 2 ** 22;

export async function newRunner(setup: RunnerSetup): Promise<Runner> {
  const { target, sampler, options, start, metric, counts, key } = setup;
  const { warmup, draws, thin } = counts;
  const dtype = start.dtype as "float32" | "float64";
  const d = sizeOf(start.shape.slice(1));
  const chains = start.shape[0]!;
  const total = warmup + draws * thin;
  const given = mapValues(parametersOf(target), (t) => cast(t, dtype));
  const kernel = (scale: Scale | null): KernelSetup => ({
    target,
    sampler,
    options,
    like: start,
    scale,
    where: setup.where,
  });
  const programs = newPrograms(kernel);
  const scaleInput = (scale: Scale | null): Tensors => (scale ? { scale: cast(scale, dtype) } : {});

  async function begin(x: FloatTensor, scale: Scale | null): Promise<Tensors> {
    const init = await programs.init(scale);
    return init.run({ ...given, ...scaleInput(scale), x: scale ? whiten(x, scale) : x });
  }

  const first = (): Scale | null =>
    setup.scale
      ? (cast(setup.scale, "float64") as Scale)
      : metric === "unit"
        ? null
        : tensor(new Float64Array(d).fill(1));
  let at: Position = setup.resume
    ? readCheckpoint(setup.resume)
    : {
        step: 0,
        scale: first(),
        state: await begin(start, first()),
        averaging: firstAveraging(setup),
        since: 0,
        moments: null,
      };
  const noise = kernelNoise(kernel(at.scale));
  const size = Object.values(noise).reduce((n, { shape }) => n + sizeOf(shape), 0);
  const block = Math.max(1, Math.min(counts.block, Math.floor(LARGEST_NOISE / Math.max(1, size))));
  const plan = planWarmup(metric, warmup, block);
  let history: History | undefined;
  const cost = { gradients: 0, seconds: 0, warmupSeconds: 0 };
  const perStep = sampler.gradients(options as never);
  // Draws of an earlier part of the run are not kept again.
  const earlier = Math.floor(Math.max(0, at.step - warmup) / thin);

  return {
    finished: () => at.step >= total,
    async advance() {
      const started = performance.now();
      const warming = at.step < warmup;
      const end = plan.ends.find((e) => e > at.step) ?? (warming ? warmup : total);
      const steps = Math.min(block, end - at.step);
      const { program, infoNames } = await programs.block(at.scale, steps);
      const result = await program.run({
        ...given,
        ...scaleInput(at.scale),
        ...withPrefix("state.", at.state),
        ...withPrefix("noise.", drawSteps(key, noise, at.step, steps)),
        ...averagingInputs(at, steps, !warming, dtype),
      });
      expectFinite(`sample: after step ${at.step + steps}`, { x: lastOf(result.path!) });
      history ??= newHistory(start, draws - earlier, infoNames);
      for (let i = 0; i < steps; i++) {
        const since = at.step + i - warmup;
        if (since >= 0 && since % thin === thin - 1) history.keep((since + 1) / thin - 1 - earlier, i, result);
      }
      const info = Object.fromEntries(infoNames.map((name) => [name, meanOf(floats(result[`info.${name}`]!))]));
      const seconds = (performance.now() - started) / 1000;
      if (warming) cost.warmupSeconds += seconds;
      else {
        cost.seconds += seconds;
        cost.gradients += steps * (perStep ?? info.gradients ?? 0);
      }
      at = await after(at, steps, result);
      const tuned = tunedBy(sampler, at.averaging, (name) => name.logStep);
      return { done: at.step, total, phase: warming ? "warmup" : "draws", info, tuned };
    },
    samples: () => ({
      ...(history ?? newHistory(start, 0, [])).drawn(),
      tuned: tunedBy(sampler, at.averaging, (name) => name.logAverage),
      scale: at.scale,
      complete: at.step >= total,
      cost,
      checkpoint: writeCheckpoint(at),
    }),
  };

  /** The position after a block, with what the warm-up learns from it. */
  async function after(before: Position, steps: number, result: Tensors): Promise<Position> {
    const step = before.step + steps;
    const averaging =
      before.averaging && (mapValues(underPrefix("averaging.", result), (t) => floats(t)[0]!) as Averaging);
    const next = { ...before, step, state: underPrefix("state.", result), averaging, since: before.since + steps };
    if (step === warmup && averaging) return { ...next, averaging: freezeAveraging(averaging), moments: null };
    if (step > warmup || plan.ends.length === 0 || before.step < plan.start) return next;
    const path = result.path as FloatTensor;
    const moments = addPath(metric, before.moments ?? newMoments(metric, chains, d), path, d);
    if (!plan.ends.includes(step)) return { ...next, moments };
    const scale = scaleOf(metric, moments, chains, d);
    const state = await begin(lastOf(path), scale);
    return {
      ...next,
      scale,
      state,
      moments: null,
      since: 0,
      averaging: averaging && restart(averaging, next.scale!, scale),
    };
  }
}

/** The step size in the new coordinates that is about as long as the old one in the old ones. */
function restart({ logAverage }: Averaging, before: Scale, now: Scale): Averaging {
  const old = diagonalOf(before);
  const change = diagonalOf(now).reduce((s, v, i) => s + Math.log(v / old[i]!), 0) / old.length;
  return startAveraging(Math.exp(logAverage - change));
}

/** Ends of the windows, in long warm-ups moved to the ends of blocks, so that few lengths of block are compiled. */
function planWarmup(metric: Metric, warmup: number, block: number): { ends: readonly number[]; start: number } {
  if (metric === "unit") return { ends: [], start: warmup };
  const near = (step: number): number => (warmup < 4 * block ? step : Math.round(step / block) * block);
  const ends = windowEnds(warmup).map(near);
  return { ends: [...new Set(ends)].filter((e) => e > 0 && e < warmup), start: near(windowStart(warmup)) };
}

/** Without a warm-up the step size is what the options say. */
function firstAveraging({ sampler: { tuning }, options, counts }: RunnerSetup): Averaging | null {
  if (!tuning) return null;
  const start = startAveraging(options[tuning.option] as number);
  return counts.warmup > 0 ? start : freezeAveraging(start);
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
    init: (scale: Scale | null): Promise<Program> => once(`init ${kind(scale)}`, () => compileInit(kernel(scale))),
    block: (scale: Scale | null, steps: number): Promise<Block> =>
      once(`block ${kind(scale)} ${steps}`, () => compileBlock(kernel(scale), steps)),
  };
}

function parametersOf({ params, flow, flowParams }: SampleTarget): Record<string, FloatTensor> {
  return {
    ...(params && params.data.length > 0 ? { params } : {}),
    ...(flow && flowParams && flowParams.data.length > 0 ? { flowParams } : {}),
  };
}

function averagingInputs(
  { averaging, since }: Position,
  steps: number,
  frozen: boolean,
  dtype: "float32" | "float64",
): Tensors {
  if (!averaging) return {};
  const scalar = (v: number): FloatTensor => cast(tensor(Float64Array.of(v), []), dtype);
  const rates = mapValues(averagingRates(since, steps, frozen), (t) => cast(t, dtype));
  return { ...withPrefix("averaging.", mapValues(averaging as unknown as Record<string, number>, scalar)), ...rates };
}

const tunedBy = (
  { tuning }: Sampler,
  averaging: Averaging | null,
  log: (averaging: Averaging) => number,
): Record<string, number> => (tuning && averaging ? { [tuning.option]: Math.exp(log(averaging)) } : {});

/** The last of `(steps, ...)`. */
function lastOf(path: Tensor): FloatTensor {
  const shape = path.shape.slice(1);
  return tensor(floats(path).slice(-sizeOf(shape)), shape);
}

const meanOf = (x: ArrayLike<number>): number => {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i]!;
  return s / x.length;
};

const numbers = (...values: number[]): FloatTensor => tensor(Float64Array.from(values));

function writeCheckpoint({ step, since, state, averaging, scale, moments }: Position): Checkpoint {
  return {
    place: numbers(step, since),
    ...withPrefix("state.", state),
    ...(averaging
      ? { averaging: numbers(averaging.logStep, averaging.logAverage, averaging.error, averaging.anchor) }
      : {}),
    ...(scale ? { scale } : {}),
    ...(moments
      ? {
          "moments.count": numbers(moments.count),
          "moments.sums": tensor(moments.sums),
          "moments.products": tensor(moments.products),
        }
      : {}),
  };
}

function readCheckpoint(saved: Checkpoint): Position {
  const list = (name: string): Float64Array | null => (saved[name] ? (saved[name].data as Float64Array) : null);
  const place = list("place");
  if (!place) throw new InputError("sample: what to resume from is no checkpoint of a run: it has no place");
  const [step = 0, since = 0] = place;
  const averaging = list("averaging");
  const count = list("moments.count");
  return {
    step,
    since,
    state: underPrefix("state.", saved),
    averaging: averaging && {
      logStep: averaging[0]!,
      logAverage: averaging[1]!,
      error: averaging[2]!,
      anchor: averaging[3]!,
    },
    scale: (saved.scale as Scale | undefined) ?? null,
    moments: count && { count: count[0]!, sums: list("moments.sums")!, products: list("moments.products")! },
  };
}
