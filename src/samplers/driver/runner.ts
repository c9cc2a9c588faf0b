/** A run that advances block by block: it learns in the warm-up, and keeps draws after it. */

import { fold, type Key } from "../../random/key.js";
import type { Computes, Tensors } from "../../runtime/engine.js";
import type { Where } from "../../runtime/program.js";
import { sayOnce } from "../../runtime/say-once.js";
import { InputError } from "../../util/errors.js";
import { mean } from "../../util/moments.js";
import { mapValues, underPrefix } from "../../util/records.js";
import { cast, type FloatTensor, floats, sizeOf, type Tensor, tensor } from "../../util/tensor.js";
import type { EuclideanMetric, Sampler } from "../sampler.js";
import { openApart } from "./apart.js";
import { chooseEngine, type SampleTarget } from "./block.js";
import { type Averaging, freezeAveraging, joinAveraging, startAveraging, startTogether } from "./dual-averaging.js";
import { teamOf } from "./groups.js";
import { type History, newHistory } from "./history.js";
import { expectPositions, expectSlopes } from "./lost.js";
import { type Motion, newMotion } from "./motion.js";
import { computedBy, type Position, readCheckpoint, type SampleCheckpoint, writeCheckpoint } from "./position.js";
import { deviationsOf, type Scale } from "./precondition.js";
import { restartStanding } from "./restart.js";
import type { SampleProgress, Samples } from "./samples.js";
import { searchStepSizes } from "./step-search.js";
import { addPath, newMoments, planWarmup, SEVERAL_WINDOWS, scaleOf, standingIn } from "./warmup.js";

export interface RunnerSetup {
  readonly target: SampleTarget;
  readonly sampler: Sampler;
  /** Checked. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly start: FloatTensor;
  readonly metric: EuclideanMetric;
  readonly counts: { readonly warmup: number; readonly draws: number; readonly thin: number; readonly block: number };
  readonly key: Key;
  readonly scale: FloatTensor | undefined;
  readonly restartStuck?: boolean | undefined;
  readonly where: Where;
  /** That the energy of a chain depends on no other, nor on its place; and threads, if their number is given. */
  readonly apart?: { readonly workers: number | undefined } | undefined;
  readonly resume: SampleCheckpoint | undefined;
}

export interface Runner {
  finished(): boolean;
  /** One block. */
  advance(): Promise<SampleProgress>;
  samples(): Omit<Samples, "sampler" | "exact" | "interacts" | "stuck">;
  /** End the threads that it has opened. */
  close(): Promise<void>;
}

export async function newRunner(setup: RunnerSetup): Promise<Runner> {
  const { target, sampler, options, start, metric, counts, key } = setup;
  const { warmup, draws, thin } = counts;
  const total = warmup + draws * thin;
  const chains = start.shape[0]!;
  const team = teamIn(setup);
  const kernel = { target, sampler, options, like: start, team, where: setup.where };
  const before = setup.resume ? computedBy(setup.resume) : null;
  const { by, step } = await chooseEngine({ ...kernel, scale: null }, total, setup.where.by ?? before?.by);
  const where = { ...setup.where, by };
  const apart =
    setup.apart &&
    openApart(
      { ...kernel, scale: null, where },
      { by, step, steps: total - (before?.step ?? 0), group: before?.group, ...setup.apart },
    );
  const motion = newMotion({ ...kernel, where }, key, apart ?? null);
  const engine = (): Computes => motion.engine() ?? by;
  const block = motion.longest(counts.block);
  const learn = newLearner(setup, motion);
  const perStep = sampler.gradients(options as never);
  const cost = { gradients: 0, seconds: 0, warmupSeconds: 0 };
  let history: History | undefined;
  const { dtype, shape } = start;
  const { restartStuck = false } = setup;
  const terms = { sampler: sampler.name, options, metric, warmup, thin, restartStuck, dtype, shape, key };
  let at: Position = setup.resume ? readCheckpoint(setup.resume, terms) : await firstPosition(setup, motion);
  // Draws of an earlier part of the run are not kept again.
  const earlier = Math.floor(Math.max(0, at.step - warmup) / thin);
  const stepsFrom = (step: number): number => Math.min(block, (step < warmup ? learn.next(step) : total) - step);

  return {
    finished: () => at.step >= total,
    async advance() {
      const warming = at.step < warmup;
      const steps = stepsFrom(at.step);
      const { result, infoNames, seconds } = await motion.move(at, steps, {
        frozen: !warming,
        together: warming && learn.together(at.step),
        next: stepsFrom(at.step + steps),
      });
      expectPositions(`sample: after step ${at.step + steps}`, lastOf(result.path!));
      tellOther(before?.by, engine());
      history ??= newHistory(start, draws - earlier, infoNames);
      const failed = at.failed.slice();
      for (let i = 0; i < steps; i++) {
        const since = at.step + i - warmup;
        if (since < 0) continue;
        noteFailures(sampler, result, i, failed);
        if (since % thin !== thin - 1) continue;
        history.keep((since + 1) / thin - 1 - earlier, i, result, sampler.tuning?.failure, failed);
        failed.fill(0);
      }
      const info = Object.fromEntries(infoNames.map((name) => [name, mean(floats(result[`info.${name}`]!))]));
      if (warming) cost.warmupSeconds += seconds;
      else {
        cost.seconds += seconds;
        cost.gradients += steps * (perStep ?? info.gradients ?? 0);
      }
      at = { ...(await learn.from(at, steps, result)), failed };
      const tuned = mapValues(tunedBy(sampler, at.averaging, "logStep"), (sizes) =>
        Math.exp(mean(sizes.map(Math.log))),
      );
      return { done: at.step, total, phase: warming ? "warmup" : "draws", info, tuned };
    },
    samples: () => ({
      ...(history ?? newHistory(start, 0, [])).drawn(),
      tuned: tunedBy(sampler, at.averaging, "logAverage"),
      scale: at.scale,
      restarts: at.restarts,
      complete: at.step >= total,
      cost,
      engine: engine(),
      checkpoint: writeCheckpoint(at, { ...terms, computedBy: engine(), group: apart?.group ?? chains }),
    }),
    close: async () => apart?.close(),
  };
}

/** That a run goes on by another engine than it began with. */
function tellOther(began: Computes | undefined, engine: Computes): void {
  if (began && began !== engine)
    sayOnce(`sample: this run began by ${began} and goes on by ${engine}: its draws have other bits from here on`);
}

/** How many chains are a team in the windows of a warm-up; 0 where all are one. */
function teamIn({ apart, sampler, start }: RunnerSetup): number {
  const chains = start.shape[0]!;
  const team = teamOf(chains);
  return apart && sampler.tuning && team < chains ? team : 0;
}

/** The target beyond which failing steps draw it no further: what still fails then is no matter of the step size. */
const STRICTEST = 0.99;

/** Which chains failed in a step of a block, beside those that did before. */
function noteFailures({ tuning }: Sampler, result: Tensors, step: number, failed: Float64Array): void {
  const flags = tuning?.failure && result[`info.${tuning.failure}`];
  if (!flags) return;
  const { length } = failed;
  const all = floats(flags);
  for (let c = 0; c < length; c++) if (all[step * length + c] !== 0) failed[c] = 1;
}

/** How many steps of a block failed, of all chains, leaving out its first ones. */
function failedIn({ tuning }: Sampler, result: Tensors, skip: number): number {
  const failed = tuning?.failure && result[`info.${tuning.failure}`];
  if (!failed) return 0;
  return Array.from(floats(failed)).filter((v, i) => v !== 0 && i >= skip * failed.shape[1]!).length;
}

/** What a warm-up does beside running: it follows the step size, and learns the metric at the end of each window. */
function newLearner(setup: RunnerSetup, motion: Motion) {
  const {
    start,
    metric,
    counts: { warmup },
  } = setup;
  const d = sizeOf(start.shape.slice(1));
  const chains = start.shape[0]!;
  const plan = planWarmup(metric, warmup);
  const last = plan.ends.at(-1) ?? 0;
  const ends = [plan.start, ...plan.ends];
  const together = teamIn(setup) > 0 ? plan.together : plan.start;
  // The last window begins where the one before it ends.
  const setsOff = setup.restartStuck ? plan.ends.at(-2) : undefined;
  if (setup.restartStuck && setsOff === undefined)
    throw new InputError(
      warmup < SEVERAL_WINDOWS
        ? `sample: restartStuck looks at one window of the warm-up and acts in the next, and ${warmup} steps have no two; give at least ${SEVERAL_WINDOWS}`
        : "sample: restartStuck looks at the windows in which a metric is learned; give metric diagonal or dense",
    );
  return {
    /** Where a block has to end: where the first window begins, or one ends, or the warm-up. */
    next: (step: number): number => ends.find((e) => e > step) ?? warmup,
    /** Whether from a step on all chains of a kind share a step size. */
    together: (step: number): boolean => step >= together,
    /** The position after a block. */
    async from(before: Position, steps: number, result: Tensors): Promise<Position> {
      const step = before.step + steps;
      const averaging =
        before.averaging &&
        (mapValues(underPrefix("averaging.", result), (t) => Float64Array.from(floats(t))) as Averaging);
      const next = { ...before, step, state: underPrefix("state.", result), averaging, since: before.since + steps };
      if (step === warmup) return { ...next, averaging: averaging && freezeAveraging(averaging), moments: null };
      if (step === plan.start) return { ...next, averaging: averaging && joinAveraging(averaging) };
      if (before.step < plan.start || step > last) return next;
      const path = result.path as FloatTensor;
      const moments = addPath(metric, before.moments ?? newMoments(metric, chains, d), path, d);
      // Where an averaging starts it tries too long steps on purpose: only the second half of a window is held against it.
      const [from, end] = [ends.findLast((e) => e <= before.step)!, ends.find((e) => e >= step)!];
      const settled = Math.ceil((from + end) / 2);
      const failures = before.failures + failedIn(setup.sampler, result, settled - before.step);
      if (!plan.ends.includes(step)) return { ...next, moments, failures };
      const scale = scaleOf(metric, moments, chains, next.scale!);
      const stands = step === setsOff ? standingIn(metric, moments, chains) : [];
      const { x, restarts } = restartStanding(lastOf(path), stands, step, setup.key);
      // In the first window nothing was known of the scale.
      const fails = failures > 0 && step !== plan.ends[0];
      const target = fails ? Math.min(STRICTEST, (3 + next.target) / 4) : next.target;
      const guess = averaging && rescaled(averaging, next.scale!, scale);
      for (const { chain, donor } of restarts) if (guess) guess[chain] = guess[donor]!;
      const found = guess && (await search(setup, motion, { step, x, scale, target }, guess));
      const again = found && startTogether(found);
      const state = await motion.begin(x, scale);
      const fresh = { state, scale, averaging: again, target, since: 0, moments: null, failures: 0 };
      return { ...next, ...fresh, restarts: [...next.restarts, ...restarts] };
    },
  };
}

async function firstPosition(setup: RunnerSetup, motion: Motion): Promise<Position> {
  const {
    start,
    metric,
    options,
    counts,
    sampler: { tuning },
  } = setup;
  const ones = metric === "unit" ? null : tensor(new Float64Array(sizeOf(start.shape.slice(1))).fill(1));
  const scale = setup.scale ? (cast(setup.scale, "float64") as Scale) : ones;
  const state = await motion.begin(start, scale);
  expectSlopes(state, start);
  const given = tuning && new Float64Array(start.shape[0]!).fill(options[tuning.option] as number);
  // Without a warm-up the step size is what the options say.
  const begin = planWarmup(metric, counts.warmup).start === 0 ? startTogether : startAveraging;
  const target = tuning?.target ?? 0;
  const averaging = !given
    ? null
    : counts.warmup > 0
      ? begin(await search(setup, motion, { step: 0, x: start, scale, target }, given))
      : freezeAveraging(startAveraging(given));
  return {
    step: 0,
    scale,
    state,
    averaging,
    since: 0,
    target,
    failures: 0,
    failed: new Float64Array(start.shape[0]!),
    moments: null,
    restarts: [],
  };
}

/** The step sizes that a search finds at positions. */
async function search(
  { key }: RunnerSetup,
  motion: Motion,
  {
    step,
    x,
    scale,
    target,
  }: { readonly step: number; readonly x: FloatTensor; readonly scale: Scale | null; readonly target: number },
  guess: Float64Array,
): Promise<Float64Array> {
  const trial = await motion.trials(x, scale, fold(fold(key, "step size"), step));
  return trial ? searchStepSizes(guess, target, trial) : guess;
}

/** The step sizes in the new coordinates that are about as long as the old ones in the old: where a search begins. */
function rescaled(averaging: Averaging, before: Scale, now: Scale): Float64Array {
  const old = deviationsOf(before);
  const change = deviationsOf(now).reduce((s, v, i) => s + Math.log(v / old[i]!), 0) / old.length;
  return sizesOf(averaging).map((size) => size * Math.exp(-change));
}

const sizesOf = ({ logAverage }: Averaging): Float64Array => logAverage.map(Math.exp);

const tunedBy = (
  { tuning }: Sampler,
  averaging: Averaging | null,
  which: "logStep" | "logAverage",
): Record<string, number[]> => (tuning && averaging ? { [tuning.option]: Array.from(averaging[which], Math.exp) } : {});

/** The last of `(steps, ...)`. */
function lastOf(path: Tensor): FloatTensor {
  const shape = path.shape.slice(1);
  return tensor(floats(path).slice(-sizeOf(shape)), shape);
}
