/** Running chains: a warm-up that may tune the step size, then draws from the frozen kernel. */

import type { z } from "zod";
import { fold, type Key } from "../random/key.js";
import { drawNoise } from "../random/noise.js";
import { expectFinite } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { parseOptions } from "../util/options.js";
import { mapValues, withPrefix } from "../util/records.js";
import { allocate, cast, type FloatTensor, floats, showShape, sizeOf, type Tensor, tensor } from "../util/tensor.js";
import { compileBlock, type SampleTarget } from "./block.js";
import type { Sampler } from "./sampler.js";

export interface SampleOptions<Options extends z.ZodObject> {
  readonly sampler: Sampler<Options>;
  readonly options?: z.input<Options>;
  /** Where the chains start, `(chains, ...event)`; its dtype is that of the run. */
  readonly start: FloatTensor;
  /** Steps before the first draw; the step size is tuned in them and then frozen. */
  readonly warmup?: number;
  /** Draws kept of each chain. */
  readonly draws: number;
  /** Steps from one kept draw to the next. */
  readonly thin?: number;
  readonly key: Key;
  /** Steps compiled into one run of the engine. */
  readonly block?: number;
  /** Called after each block; returning `false` stops the run early with an error-free, shorter result. */
  readonly progress?: (done: number, total: number) => boolean | undefined;
}

export interface Samples {
  /** `(chains, draws, ...event)`. */
  readonly x: FloatTensor;
  /** What the kernel reports, per draw: `(chains, draws)`. */
  readonly info: Readonly<Record<string, FloatTensor>>;
  /** Tuned options, as they were frozen after the warm-up. */
  readonly tuned: Readonly<Record<string, number>>;
}

/**
 * Draw from `p(x) ∝ exp(−E(x))`. The same key gives the same draws, bit for bit.
 * @throws InputError on counts that make no run. @throws NumericError when positions leave the numbers.
 */
export async function sample<Options extends z.ZodObject>(
  target: SampleTarget,
  run: SampleOptions<Options>,
): Promise<Samples> {
  const { sampler, start, warmup = 0, draws, thin = 1, key, block: blockLength = 50, progress } = run;
  checkCounts(start, { draws, thin, warmup, block: blockLength });
  const dtype = start.dtype as "float32" | "float64";
  const total = warmup + draws * thin;
  const steps = Math.min(blockLength, total);
  const block = await compileBlock(target, sampler as unknown as Sampler, run.options, start, steps);
  const fixed = mapValues(givenParameters(target), (t) => cast(t, dtype));
  const history = newHistory(start, draws, block.infoNames);
  const tuner = newTuner(sampler as unknown as Sampler, run.options, warmup);

  let x: Tensor = start;
  for (let done = 0; done < total; ) {
    // A block never straddles the end of the warm-up: every draw comes from the one frozen kernel.
    const used = Math.min(steps, (done < warmup ? warmup : total) - done);
    const tuning = tuner && {
      logStep: cast(tensor(Float64Array.of(tuner.logStep(done)), []), dtype),
      gains: cast(tensor(Float64Array.from({ length: steps }, (_, i) => tuner.gain(done + i))), dtype),
    };
    const noise = withPrefix("noise.", drawNoise(fold(key, done), block.noise));
    const result = await block.program.run({ ...noise, ...fixed, ...tuning, x });
    x = positionAfter(result.path!, used);
    expectFinite(`sample: after step ${done + used}`, { x });
    if (tuner) tuner.observe(done, floats(result.logSteps!));
    for (let i = 0; i < used; i++) {
      const since = done + i - warmup;
      if (since >= 0 && since % thin === thin - 1) history.keep((since + 1) / thin - 1, i, result);
    }
    done += used;
    if (progress?.(done, total) === false) break;
  }
  return { ...history.samples(), tuned: tuner ? tuner.frozen() : {} };
}

/** The positions after a number of steps of a path `(steps, chains, ...event)`. */
function positionAfter(path: Tensor, steps: number): FloatTensor {
  const shape = path.shape.slice(1);
  const n = sizeOf(shape);
  return tensor(floats(path).slice((steps - 1) * n, steps * n), shape);
}

function checkCounts(start: FloatTensor, counts: Record<"draws" | "thin" | "warmup" | "block", number>): void {
  if (!(start.shape[0]! > 0))
    throw new InputError(`sample: start has shape ${showShape(start.shape)}, expected at least one chain`);
  const least = { draws: 1, thin: 1, warmup: 0, block: 1 };
  for (const [name, value] of Object.entries(counts) as [keyof typeof least, number][])
    if (!Number.isInteger(value) || value < least[name])
      throw new InputError(`sample: ${name} must be a whole number of at least ${least[name]}, got ${value}`);
}

function givenParameters({ params, flow, flowParams }: SampleTarget): Record<string, FloatTensor> {
  return {
    ...(params && params.data.length > 0 ? { params } : {}),
    ...(flow && flowParams && flowParams.data.length > 0 ? { flowParams } : {}),
  };
}

/** Collects draws `(chains, draws, ...)` from blocks `(steps, chains, ...)`. */
function newHistory(start: FloatTensor, draws: number, infoNames: readonly string[]) {
  const dtype = start.dtype as "float32" | "float64";
  const [chains, ...event] = start.shape as [number, ...number[]];
  const n = sizeOf(event);
  const x = allocate(dtype, chains * draws * n);
  const info = Object.fromEntries(infoNames.map((name) => [name, allocate(dtype, chains * draws)]));
  let kept = 0;
  return {
    keep(draw: number, step: number, result: Readonly<Record<string, Tensor>>): void {
      const path = floats(result.path!);
      for (let c = 0; c < chains; c++) {
        const from = (step * chains + c) * n;
        x.set(path.subarray(from, from + n), (c * draws + draw) * n);
      }
      for (const name of infoNames) {
        const values = floats(result[`info.${name}`]!);
        for (let c = 0; c < chains; c++) info[name]![c * draws + draw] = values[step * chains + c]!;
      }
      kept = draw + 1;
    },
    samples(): Omit<Samples, "tuned"> {
      const first = <D extends Float32Array | Float64Array>(all: D, size: number): D => {
        if (kept === draws) return all;
        const shorter = allocate(dtype, chains * kept * size) as D;
        for (let c = 0; c < chains; c++)
          shorter.set(all.subarray(c * draws * size, (c * draws + kept) * size), c * kept * size);
        return shorter;
      };
      return {
        x: tensor(first(x, n), [chains, kept, ...event]),
        info: mapValues(info, (values) => tensor(first(values, 1), [chains, kept])),
      };
    },
  };
}

/**
 * Robbins & Monro (1951) on the logarithm of the step size: gains whose sum is infinite and whose squares sum; the
 * frozen value is the average over the second half of the warm-up (Polyak & Juditsky 1992).
 */
function newTuner(sampler: Sampler, options: unknown, warmup: number) {
  const { tuning } = sampler;
  if (!tuning) return null;
  const parsed = parseOptions(`sampler ${sampler.name}`, sampler.options, options) as Record<string, number>;
  let last = Math.log(parsed[tuning.option]!);
  let [sum, count] = [0, 0];
  const average = (): number => (count > 0 ? sum / count : last);
  return {
    logStep: (step: number): number => (step < warmup ? last : average()),
    gain: (step: number): number => (step < warmup ? 2 / (step + 10) ** 0.6 : 0),
    observe(from: number, logSteps: ArrayLike<number>): void {
      for (let i = 0; i < logSteps.length && from + i < warmup; i++) {
        last = logSteps[i]!;
        if (from + i < warmup / 2) continue;
        sum += last;
        count++;
      }
    },
    frozen: (): Record<string, number> => ({ [tuning.option]: Math.exp(average()) }),
  };
}
