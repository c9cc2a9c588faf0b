/** Log Z of a model of bits: by the sum over states, and by annealing, which knows nothing of that sum. */

import type { RunConfig } from "../../config/config.js";
import { type RunData, runKey } from "../../config/prepare.js";
import { energyOf } from "../../energies/evaluate.js";
import { rbmDraws } from "../../energies/rbm-exact.js";
import { statesOf } from "../../energies/states.js";
import { estimateLogZ } from "../../estimators/estimate-log-z.js";
import { drawPoints } from "../../inference/draw-points.js";
import type { Learned } from "../../inference/learned.js";
import { enumeration } from "../../metrics/log-z/enumeration.js";
import type { Estimate } from "../../metrics/metric.js";
import type { Model } from "../../objectives/objective.js";
import { categorical } from "../../random/choose.js";
import { fold, type Key } from "../../random/key.js";
import { parallelTemperingGibbs } from "../../samplers/composites/parallel-tempering-gibbs.js";
import type { Sampler } from "../../samplers/sampler.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";

export interface BitsBracket {
  /** Proved, with a chance of 95 %; `null` where nothing is. */
  readonly bounds: readonly [low: number | null, high: number | null];
  /** `ais` and `reverse-ais`. */
  readonly rows: readonly { readonly name: string; readonly logZ: Estimate; readonly note: string | null }[];
  readonly combined: Estimate | null;
}

export type AnnealSizes = {
  /** A multiple of 50. */
  readonly chains: number;
  readonly temperatures: number;
};

/** A trained model. */
export interface TrainedBits {
  readonly config: RunConfig;
  readonly model: Model;
  readonly learned: Learned;
  readonly data: RunData;
}

/** Log Z by the sum over all states, or over those of a layer; `null` where they are too many. */
export async function exactLogZ({ energy }: Model, params: FloatTensor): Promise<number | null> {
  if (energy.exactLogZ) return energy.exactLogZ(params.data);
  if (!energy.logZ) return null;
  const at = energyOf(energy, "float64");
  return (await enumeration(async (x) => (await at(x, params)).map((v) => -v), energy)).logZ;
}

/** Bits whose states are all weighed. */
const FEW = 16;
/** Hidden units whose states are. */
const NARROW = 23;
const CHAINS = 50;

/** Independent draws of a model where its states can be weighed; else of tempered chains. `(n, bits)`. */
async function drawsOf({ config, model, learned, data }: TrainedBits, n: number, key: Key): Promise<FloatTensor> {
  const { event, energy } = model;
  const [bits, params] = [event[0]!, learned.energy!];
  const { name, hiddenUnits } = config.energy as { readonly name: string; readonly hiddenUnits?: number };
  if (bits <= FEW) {
    const states = statesOf(energy.support, event, 0, 2 ** bits);
    const energies = await energyOf(energy, "float64")(states, params);
    const least = energies.reduce((a, b) => Math.min(a, b));
    const drawn = categorical(
      key,
      energies.map((e) => Math.exp(least - e)),
      [n],
    );
    const x = new Float32Array(n * bits);
    for (const [row, s] of drawn.entries()) x.set(states.data.subarray(s * bits, (s + 1) * bits), row * bits);
    return tensor(x, [n, bits]);
  }
  if (name === "rbm" && hiddenUnits! <= NARROW)
    return cast(rbmDraws(params.data, { visible: bits, hidden: hiddenUnits! }, key, n), "float32");
  const { chains } = await drawPoints(model, learned, data, {
    ...{ n, key, chains: CHAINS, warmup: 500, thin: 20 },
    ...{ sampler: parallelTemperingGibbs as unknown as Sampler, options: { levels: 20 } },
  });
  return chains.x;
}

/** From below by draws of the uniform law, from above by draws of the model. */
export async function bracketOf(trained: TrainedBits, sizes: AnnealSizes): Promise<BitsBracket> {
  const { model, learned, config } = trained;
  const key = fold(runKey(config), "bracket");
  const draws = await drawsOf(trained, sizes.chains, fold(key, "draws"));
  const chains = tensor(draws.data, [CHAINS, sizes.chains / CHAINS, ...model.event]);
  const { rows, agreement } = await estimateLogZ(
    { energy: model.energy, params: learned.energy, chains },
    { key, only: ["ais", "reverse-ais"], options: { ais: sizes, "reverse-ais": sizes } },
  );
  const short = rows.map(({ name, logZ, note }) => ({ name, logZ, note }));
  return { bounds: agreement.bounds, rows: short, combined: agreement.combined };
}
