/** New points from a trained model, in the original units of its data. */

import { unstandardize } from "../data/standardize.js";
import { takeRows } from "../data/take-rows.js";
import { drawFlow } from "../flows/draw-flow.js";
import type { Model } from "../objectives/objective.js";
import { integers } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import { flowMc } from "../samplers/flow-mc.js";
import { mala } from "../samplers/mala.js";
import { type SampleProgress, type Samples, sample } from "../samplers/sample.js";
import type { Sampler } from "../samplers/sampler.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import type { Learned } from "./evaluate.js";
import type { RunData } from "./prepare.js";

export interface DrawOptions {
  readonly n: number;
  readonly key: Key;
  /** Chains in parallel; each gives `⌈n / chains⌉` draws. */
  readonly chains?: number;
  readonly warmup?: number;
  /** Steps between kept draws of a chain. */
  readonly thin?: number;
  /** Another kernel than the default, and its options. */
  readonly sampler?: Sampler;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly progress?: (done: number, total: number) => undefined;
}

export interface DrawnPoints {
  /** `(n, d)`, in original units. */
  readonly points: FloatTensor;
  /** The chains behind them, in the coordinates of the model. */
  readonly chains: Samples;
  /** The sampler that ran. */
  readonly sampler: Sampler;
}

/**
 * Draw `n` points, unless told otherwise by flow-assisted chains where the model has a flow, and else by MALA, which
 * does not cross between modes. Chains start at draws of the flow, or at rows of the training data.
 * @throws InputError when the sampler does not fit the model.
 */
export async function drawPoints(
  model: Model,
  learned: Learned,
  data: RunData,
  options: DrawOptions,
): Promise<DrawnPoints> {
  const { n, key, warmup = 200, thin = 5, progress } = options;
  const chains = Math.min(n, options.chains ?? 256);
  const { energy: params, flow: flowParams } = learned;
  const { energy, flow } = model;
  const jumps = flow !== undefined && flowParams !== undefined;
  const start = jumps
    ? (await drawFlow(flow, flowParams, fold(key, "start"), chains)).x
    : takeRows(data.train, integers(fold(key, "start"), [chains], data.train.shape[0]!));
  const chosen = options.sampler ?? ((jumps ? flowMc : mala) as unknown as Sampler);
  const drawn = await sample({
    ...{ energy, params, start, warmup, thin, ...(jumps ? { flow, flowParams } : {}) },
    sampler: chosen,
    options: options.options as never,
    draws: Math.ceil(n / chains),
    key: fold(key, "chains"),
    progress: progress && (({ done, total }: SampleProgress) => progress(done, total)),
  });
  return { points: unstandardize(data.standardizer, acrossChains(drawn.x, n)), chains: drawn, sampler: chosen };
}

/** The first `n` points of `(chains, draws, d)`, taken across chains first. */
function acrossChains(x: FloatTensor, n: number): FloatTensor {
  const [chains, draws, d] = x.shape as [number, number, number];
  const from = floats(x);
  const out = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const [draw, chain] = [Math.floor(i / chains), i % chains];
    out.set(from.subarray((chain * draws + draw) * d, (chain * draws + draw + 1) * d), i * d);
  }
  return tensor(out, [n, d]);
}
