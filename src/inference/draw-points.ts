/** New points from a trained model, in the original units of its data. */

import type { Coordinates } from "../data/columns/coordinates.js";
import { takeRows } from "../data/take-rows.js";
import { drawFlow } from "../flows/draw-flow.js";
import type { Model } from "../objectives/objective.js";
import { integers } from "../random/choose.js";
import { fold, type Key } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { flowMc } from "../samplers/composites/flow-mc.js";
import { defaultSampler } from "../samplers/driver/default-sampler.js";
import { sample } from "../samplers/driver/sample.js";
import type { SampleProgress, Samples } from "../samplers/driver/samples.js";
import { mala } from "../samplers/kernels/mala.js";
import type { Sampler } from "../samplers/sampler.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import { areLarge } from "./large-points.js";
import type { Learned } from "./learned.js";
import { oneClass, type SeenRows } from "./one-class.js";

export interface DrawOptions extends Where {
  readonly n: number;
  readonly key: Key;
  /** Points of one class only, by its name, where the model knows classes. */
  readonly class?: string;
  /** Chains in parallel; each gives `⌈n / chains⌉` draws. */
  readonly chains?: number;
  /** Steps before the first draw: 200, 60 of large points, or none for a sampler that draws afresh. */
  readonly warmup?: number;
  /** Steps between kept draws of a chain: 5, 2 of large points, or 1 for a sampler that draws afresh. */
  readonly thin?: number;
  /** Another kernel than the default, and its options. */
  readonly sampler?: Sampler;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Threads that compute groups of chains, as `sample` has them. */
  readonly workers?: number | undefined;
  readonly progress?: (done: number, total: number) => void;
}

export interface DrawnPoints {
  /** `(n, d)`, in original units. */
  readonly points: FloatTensor;
  /** The chains behind them, in the coordinates of the model. */
  readonly chains: Samples;
  /** The sampler that ran. */
  readonly sampler: Sampler;
}

/** What chains of points that are cheap do, and those of images, where a step costs as much as a thousand of the others'. */
const OF_ROWS = { warmup: 200, thin: 5, localSteps: 10 };
const OF_IMAGES = { warmup: 60, thin: 2, localSteps: 2 };

/**
 * Draw `n` points, unless told otherwise by flow-assisted chains where the model has a flow, and else by MALA, which
 * does not cross between modes; discrete points by Gibbs sweeps or with gradients. Chains start at draws of the flow, or at rows of the training data,
 * those of one class at rows of it.
 * @throws InputError when the sampler does not fit the model, or there is no such class.
 */
export async function drawPoints(
  model: Model,
  learned: Learned,
  data: SeenRows & { readonly coordinates: Coordinates },
  options: DrawOptions,
): Promise<DrawnPoints> {
  const { n, key, progress, engine, workers } = options;
  if (!Number.isInteger(n) || n < 1) throw new InputError(`expected a whole number of points from 1, got ${n}`);
  const chains = Math.min(n, options.chains ?? 256);
  const { energy: params, flow: flowParams } = learned;
  const { flow } = model;
  const own = options.class === undefined ? undefined : oneClass(model.energy, data, options.class);
  const { energy, rows } = own ?? { energy: model.energy, rows: data.train };
  const jumps = flow !== undefined && flowParams !== undefined;
  const start =
    jumps && !own
      ? (await drawFlow(flow, flowParams, fold(key, "start"), chains, { engine })).x
      : takeRows(rows, integers(fold(key, "start"), [chains], rows.shape[0]!));
  const usual = energy.support.kind === "real" ? (jumps ? flowMc : mala) : defaultSampler(energy);
  const chosen = options.sampler ?? (usual as unknown as Sampler);
  const effort = areLarge(model.event) ? OF_IMAGES : OF_ROWS;
  const { warmup = chosen.forgets ? 0 : effort.warmup, thin = chosen.forgets ? 1 : effort.thin } = options;
  const usually = !options.sampler && jumps ? { localSteps: effort.localSteps } : {};
  const drawn = await sample({
    ...{ energy, params, start, warmup, thin, ...(jumps ? { flow, flowParams } : {}) },
    sampler: chosen,
    options: { ...usually, ...options.options } as never,
    draws: Math.ceil(n / chains),
    key: fold(key, "chains"),
    ...{ engine, workers },
    progress: progress && (({ done, total }: SampleProgress) => void progress(done, total)),
  });
  return { points: data.coordinates.decode(acrossChains(drawn.x, n)), chains: drawn, sampler: chosen };
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
