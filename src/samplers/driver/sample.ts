/** Running chains: a warm-up that tunes the kernel, then draws from the frozen kernel. */

import type { z } from "zod";
import { whyNot } from "../../energies/needs.js";
import type { Key } from "../../random/key.js";
import { fold } from "../../random/key.js";
import type { Engine } from "../../runtime/engine.js";
import type { Where } from "../../runtime/program.js";
import { InputError } from "../../util/errors.js";
import { parseOptions } from "../../util/options.js";
import { asRows, type Rows } from "../../util/rows.js";
import { cast, type FloatTensor, sameShape, showShape, sizeOf } from "../../util/tensor.js";
import type { EuclideanMetric, Sampler } from "../sampler.js";
import { frameOf } from "../target.js";
import type { SampleTarget } from "./block.js";
import { defaultSampler } from "./default-sampler.js";
import type { SampleCheckpoint } from "./position.js";
import { newRunner } from "./runner.js";
import type { SampleProgress, Samples, StuckChain } from "./samples.js";
import { checkStart, drawStarts } from "./starts.js";
import { findStuck } from "./stuck.js";

/** A model, a sampler, and how long to run it. */
export interface SampleRun<Options extends z.ZodObject = z.ZodObject> extends SampleTarget {
  /** Left out: `flow-mc` with a flow, else `nuts`; for discrete points `gibbs` or `gibbs-with-gradients`. */
  readonly sampler?: Sampler<Options> | undefined;
  readonly options?: z.input<Options> | undefined;
  /** Chains in parallel, 8 unless said or given by `start`. */
  readonly chains?: number | undefined;
  /** Where the chains start, `(chains, ...event)`; a tensor's dtype is that of the run. Left out: uniform on (−2, 2) in each coordinate, or draws of the flow. */
  readonly start?: Rows | undefined;
  /** Steps before the first draw, 1000 unless said: the step size and the metric are tuned in them, then frozen. */
  readonly warmup?: number | undefined;
  /** Draws kept of each chain, 1000 unless said. */
  readonly draws?: number | undefined;
  /** Steps from one kept draw to the next, 1 unless said. */
  readonly thin?: number | undefined;
  readonly key: Key;
  /** What the warm-up learns of the scale of the coordinates; left out: what suits the sampler. */
  readonly metric?: EuclideanMetric | undefined;
  /** The scale to begin with: standard deviations `(d)`, or the lower Cholesky factor of a covariance `(d, d)`. */
  readonly scale?: FloatTensor | undefined;
  /**
   * Whether chains that stand still or crawl when the last window of the warm-up begins go on from where one is that
   * moves; `restarts` names them. Agreement of chains then says less: one may have stood in a narrow mode of its own.
   */
  readonly restartStuck?: boolean | undefined;
  /** Steps compiled into one run of the engine; does not change the draws. */
  readonly block?: number | undefined;
  /** Where to compute: `workerEngine()` leaves the thread that asked free; this thread unless said, and `workers`. */
  readonly engine?: Engine | undefined;
  /**
   * Threads that compute groups of chains side by side. Unless said as many as there are processors, where a run is long
   * and its steps can be divided; 1 is this thread. The draws have the same bits for any number of them.
   */
  readonly workers?: number | undefined;
  /** Called after each block; returning `false` stops the run, as `signal` does. */
  readonly progress?: ((at: SampleProgress) => boolean | undefined) | undefined;
  /** Stops the run after the block in which it is aborted, or before the first; what was drawn so far is returned. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Go on from where an earlier run of the same target, key and settings stopped; its draws are not repeated. Only
   * `draws` may differ: more of them make a finished run longer.
   */
  readonly resume?: SampleCheckpoint | undefined;
}

/**
 * Draw from `p(x) ∝ exp(−E(x))`: `sample({ energy, sampler, chains, warmup, draws, thin, key })`. The same key gives the
 * same draws, bit for bit, whatever the blocks, also when a run was stopped and resumed.
 * @throws InputError on counts that make no run, a sampler that does not fit the energy, or rows that interact.
 * @throws NumericError when the energy is not finite where chains start, or positions leave the numbers.
 */
export async function sample<Options extends z.ZodObject = z.ZodObject>(run: SampleRun<Options>): Promise<Samples> {
  const { warmup = 1000, draws = 1000, thin = 1, block = 25, chains = 8 } = run;
  const given = run.start && asStart(run.start);
  checkCounts({ chains: given?.shape[0] ?? chains, draws, thin, warmup, block });
  if (given && run.chains !== undefined && given.shape[0] !== run.chains)
    throw new InputError(`sample: start holds ${given.shape[0]} chains and chains is ${run.chains}; give one`);
  checkWorkers(run);
  checkParameters(run);
  const frame = frameOf(run, chains);
  // What a sampler's options are is no longer of interest once they are checked.
  const sampler = (run.sampler ?? defaultSampler(frame)) as unknown as Sampler;
  const obstacle = whyNot(sampler, frame);
  if (obstacle) throw new InputError(`sampler ${sampler.name}: ${obstacle}`);
  const options = parseOptions(`sampler ${sampler.name}`, sampler.options, run.options);
  const metric = run.metric ?? (warmup > 0 ? (sampler.metric ?? "unit") : "unit");
  if ((metric !== "unit" || run.scale) && (sampler.needs || sampler.support === "discrete"))
    throw new InputError(
      `sampler ${sampler.name}: moves by more than the energy, so it takes no metric or scale; leave them out`,
    );
  if (!METRICS.includes(metric))
    throw new InputError(`sample: metric is ${JSON.stringify(metric)}, expected one of ${METRICS.join(", ")}`);
  checkScale(run.scale, run.energy.event);
  const where = { engine: run.engine };
  const start = given ?? (await drawStarts(run, chains, fold(run.key, "start"), where));
  if (!sameShape(start.shape.slice(1), run.energy.event))
    throw new InputError(
      `sample: start has shape ${showShape(start.shape)}, expected (${["chains", ...run.energy.event].join(", ")})`,
    );
  if (!run.resume) await checkStart(run, start, where);
  const runner = await newRunner({
    target: run,
    sampler,
    options,
    start,
    metric,
    counts: { warmup, draws, thin, block },
    key: run.key,
    scale: run.scale,
    restartStuck: run.restartStuck,
    where,
    apart: { workers: run.workers },
    resume: run.resume,
  });
  try {
    while (!runner.finished() && !run.signal?.aborted) {
      const at = await runner.advance();
      if (run.progress?.(at) === false) break;
    }
  } finally {
    await runner.close();
  }
  const drawn = runner.samples();
  return {
    ...drawn,
    stuck: await stuckIn(run, sampler, options, drawn, where),
    sampler: sampler.name,
    exact: sampler.exactWith(options as never),
    interacts: sampler.interacts ?? false,
  };
}

function stuckIn(
  target: SampleTarget,
  { interacts, tuning, gradients }: Sampler,
  options: unknown,
  { x, tuned }: Pick<Samples, "x" | "tuned">,
  where: Where,
): Promise<readonly StuckChain[]> {
  if (interacts) return Promise.resolve([]);
  const stepSizes = (tuning && tuned[tuning.option]) ?? null;
  return findStuck(target, { x, stepSizes, usesGradient: gradients(options as never) !== 0 }, where);
}

/** Nested arrays have no width of their own: they start a run in float32, as the drawn starts do. */
const asStart = (start: Rows): FloatTensor => {
  const rows = asRows("sample: start", start);
  return rows === start ? rows : cast(rows, "float32");
};

function checkWorkers({ workers, engine }: Pick<SampleRun, "workers" | "engine">): void {
  if (workers === undefined) return;
  if (!Number.isInteger(workers) || workers < 1)
    throw new InputError(`sample: workers must be a whole number of at least 1, got ${workers}`);
  if (engine && workers > 1)
    throw new InputError(
      "sample: the engine, given here or to what trained the model, says where to compute, and workers opens threads beside this one; leave one out, or give engine: workerPool(threads) of ebbflow/runtime",
    );
}

function checkParameters({ energy, params, flow, flowParams }: SampleTarget): void {
  const { size } = energy.layout;
  if (!params && size > 0)
    throw new InputError(`sample: the energy has ${size} parameters and params is left out; give params`);
  if (flow && !flowParams) throw new InputError("sample: there is a flow and flowParams is left out; give flowParams");
}

const METRICS: readonly EuclideanMetric[] = ["unit", "diagonal", "dense"];

type Counts = Record<"chains" | "draws" | "thin" | "warmup" | "block", number>;

function checkCounts(counts: Counts): void {
  const least: Counts = { chains: 1, draws: 1, thin: 1, warmup: 0, block: 1 };
  for (const [name, value] of Object.entries(counts) as [keyof Counts, number][])
    if (!Number.isInteger(value) || value < least[name])
      throw new InputError(`sample: ${name} must be a whole number of at least ${least[name]}, got ${value}`);
}

function checkScale(scale: FloatTensor | undefined, event: readonly number[]): void {
  if (!scale) return;
  const d = sizeOf(event);
  if (!sameShape(scale.shape, [d]) && !sameShape(scale.shape, [d, d]))
    throw new InputError(`sample: scale has shape ${showShape(scale.shape)}, expected (${d}) or (${d}, ${d})`);
  const diagonal = scale.shape.length === 1 ? [...scale.data] : [...scale.data].filter((_, i) => i % (d + 1) === 0);
  const bad = diagonal.findIndex((v) => !(v > 0 && v < Number.POSITIVE_INFINITY));
  if (bad >= 0)
    throw new InputError(`sample: scale of coordinate ${bad} is ${diagonal[bad]}, expected a positive number`);
  if (scale.shape.length === 1) return;
  const isBelow = (i: number): boolean => i % d <= Math.floor(i / d);
  if (!scale.data.every((v, i) => (isBelow(i) ? Number.isFinite(v) : v === 0)))
    throw new InputError("sample: scale is no lower Cholesky factor: numbers up to its diagonal, zeros above");
}
