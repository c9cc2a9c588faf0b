/** Whether a kernel leaves its target invariant, and gets there: the checks that exact samplers pass and faults fail. */

import { fold, makeKey } from "../../src/random/key.js";
import { sample } from "../../src/samplers/driver/sample.js";
import type { Samples } from "../../src/samplers/driver/samples.js";
import type { Sampler } from "../../src/samplers/sampler.js";
import { mean } from "../../src/util/moments.js";
import { mapValues } from "../../src/util/records.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { correlated, type KnownTarget, skewed, viewOf } from "./sampler-targets.js";
import { chainErrors, drawErrors } from "./statistics.js";

const CHAINS = 512;
const WARMUP = 250;
const DRAWS = 150;
/** Effective draws below which a mean proves nothing. */
const GATE = 1000;
const EXACT_DRAWS = 16384;
const STEPS = 3;
/** Steps in which what a kernel remembers beside positions comes to its own law: it begins as `init` makes it. */
const MEMORY_STEPS = 20;

type Options = Readonly<Record<string, unknown>>;

/** Chains from a start twice too wide, step size tuned where the sampler tunes one. */
const chainsFrom = (sampler: Sampler, target: KnownTarget, options: Options): Promise<Samples> => {
  const key = fold(makeKey(1), target.name);
  const start = target.draw(fold(key, "start"), CHAINS);
  const wide = tensor(
    Float32Array.from(start.data, (v) => 2 * v),
    start.shape,
  );
  return sample({ ...target, sampler, options, start: wide, warmup: WARMUP, draws: DRAWS, key: fold(key, "run") });
};

/**
 * Exact draws after a few steps: still exact if and only if the kernel leaves the target invariant. A kernel with memory
 * leaves a joint law of both invariant, so it is given time.
 */
async function moved(sampler: Sampler, target: KnownTarget, options: Options): Promise<FloatTensor> {
  const key = fold(makeKey(2), target.name);
  const start = target.draw(fold(key, "start"), EXACT_DRAWS);
  const thin = sampler.memory ? MEMORY_STEPS : STEPS;
  const run = { sampler, options, start, warmup: 0, draws: 1, thin, key: fold(key, "run") };
  return (await sample({ ...target, ...run })).x;
}

/** What is found wrong on each target: first with exact draws moved, then with chains, where no step size is tuned by them. */
async function* findings(sampler: Sampler, options: Options): AsyncGenerator<readonly string[]> {
  for (const target of [correlated, skewed]) {
    const still = async (tuned: Options): Promise<string[]> => {
      const x = await moved(sampler, target, { ...options, ...tuned });
      return target.views.flatMap((view) =>
        drawErrors(`${target.name}, ${view.name} of exact draws moved`, viewOf(view, x), view.law),
      );
    };
    if (!sampler.tuning) yield await still({});
    const { x, tuned } = await chainsFrom(sampler, target, options);
    yield target.views.flatMap((view) => {
      const chains = { shape: [CHAINS, DRAWS] as const, data: viewOf(view, x) };
      return chainErrors(`${target.name}, ${view.name} of chains`, chains, view.law, GATE);
    });
    if (sampler.tuning) yield await still(mapValues(tuned, mean));
  }
}

/**
 * Everything found wrong with a sampler that claims to be exact, on a correlated Gaussian and on a skewed law; nothing
 * when it keeps its word. False alarms: about once in 1e4 samplers (4 views, each by chains and by exact draws).
 */
export async function exactnessErrors(sampler: Sampler, options: Options = {}): Promise<string[]> {
  const errors: string[] = [];
  for await (const found of findings(sampler, options)) errors.push(...found);
  return errors;
}

/** The first of `exactnessErrors` that say a law does not hold, not only that chains mix too slowly to tell. */
export async function brokenLaws(sampler: Sampler, options: Options = {}): Promise<string[]> {
  for await (const found of findings(sampler, options)) {
    const broken = found.filter((error) => /errors off|Kolmogorov/.test(error));
    if (broken.length > 0) return broken;
  }
  return [];
}
