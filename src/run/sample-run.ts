/** New points from a trained run, in the original units of its data. */

import { unstandardize } from "../data/standardize.js";
import { takeRows } from "../data/take-rows.js";
import { integers } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { flowMc } from "../samplers/flow-mc.js";
import { mala } from "../samplers/mala.js";
import { type Samples, sample } from "../samplers/sample.js";
import { drawFlow } from "../train/density.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import type { LearnedAt, OpenRun } from "./open.js";

export interface SampleRunOptions {
  readonly n: number;
  readonly key: Key;
  /** Chains in parallel; each gives `⌈n / chains⌉` draws. */
  readonly chains?: number;
  readonly warmup?: number;
  readonly thin?: number;
  readonly progress?: (done: number, total: number) => undefined;
}

export interface RunSamples {
  /** `(n, d)`, in original units. */
  readonly points: FloatTensor;
  /** The chains behind them, in the model's coordinates. */
  readonly chains: Samples;
  readonly sampler: string;
}

/**
 * Draw `n` points: flow-assisted chains where the model has a flow, started at its own draws; else MALA from rows of
 * the training data, which does not cross between modes.
 */
export async function sampleRun(run: OpenRun, parameters: LearnedAt, options: SampleRunOptions): Promise<RunSamples> {
  const { n, key, warmup = 200, thin = 5, progress } = options;
  const chains = Math.min(n, options.chains ?? 256);
  const { model, data } = run;
  const { energy: params, flow: flowParams } = parameters;
  const jumps = model.flow && flowParams;
  const start = jumps
    ? (await drawFlow(model.flow!, flowParams!, fold(key, "start"), chains)).x
    : takeRows(data.train, integers(fold(key, "start"), [chains], data.train.shape[0]!));
  const target = {
    energy: model.energy,
    ...(params ? { params } : {}),
    ...(jumps ? { flow: model.flow!, flowParams: flowParams! } : {}),
  };
  const common = { start, warmup, thin, draws: Math.ceil(n / chains), key: fold(key, "chains"), ...(progress ? { progress } : {}) };
  const drawn = jumps
    ? await sample(target, { ...common, sampler: flowMc, block: 10 })
    : await sample(target, { ...common, sampler: mala });
  return {
    points: unstandardize(data.standardizer, drawMajor(drawn.x, n)),
    chains: drawn,
    sampler: jumps ? flowMc.name : mala.name,
  };
}

/** The first `n` points of `(chains, draws, d)`, taken across chains first. */
function drawMajor(x: FloatTensor, n: number): FloatTensor {
  const [chains, draws, d] = x.shape as [number, number, number];
  const from = floats(x);
  const out = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const [draw, chain] = [Math.floor(i / chains), i % chains];
    out.set(from.subarray((chain * draws + draw) * d, (chain * draws + draw + 1) * d), i * d);
  }
  return tensor(out, [n, d]);
}
