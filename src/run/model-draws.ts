/** Draws of a trained model, as its figures are made of them. */

import { takeRows } from "../data/take-rows.js";
import { weightedDraws } from "../estimators/importance.js";
import { areLarge } from "../inference/large-points.js";
import { judgeChains } from "../metrics/chains/verdict.js";
import { importance } from "../metrics/log-z/importance.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import type { Trained } from "../model/trained.js";
import { fold, type Key } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";

export interface ModelDraws {
  /** `(n, d)`, in the units of the data. */
  readonly x: FloatTensor;
  /** Summing to 1. */
  readonly weights: Float64Array;
  /** How many independent draws they are worth. */
  readonly size: number;
  /** What they are, in words. */
  readonly from: string;
  /** Why they may not be the model's; `null` where nothing speaks against them. */
  readonly doubt: string | null;
}

/** Draws by the flow, the least that their weights must leave of them, and draws and chains where they do not. */
const OF_ROWS = { proposed: 20_000, least: 2000, drawn: 4000, chains: 100 };
const OF_IMAGES = { proposed: 2000, least: 200, drawn: 256, chains: 32 };

/** Draws of the flow with the weights that make them the model's where those are good, else draws of chains. */
export async function drawModel(trained: Trained, key: Key): Promise<ModelDraws> {
  const { energy, flow, params } = trained;
  const { proposed, least, drawn, chains: count } = areLarge(energy.event) ? OF_IMAGES : OF_ROWS;
  if (flow && params.flow && energy.support.kind === "real") {
    const model = { energy, params: params.energy, flow, flowParams: params.flow };
    const { x, logWeights } = await weightedDraws(model, fold(key, "weighted"), proposed);
    const { effectiveSampleSize: size, note } = importance(logWeights);
    if (note === null && size >= least) {
      const { weights } = normaliseLogWeights("draws of the report", logWeights);
      const from = `${proposed} weighted draws of the flow, worth ${Math.round(size)}`;
      return { x: trained.data.coordinates.decode(x), weights, size, from, doubt: null };
    }
  }
  const { points, chains } = await trained.draws({ n: drawn, chains: count, key: fold(key, "chains") });
  const { coordinates, mixed, verdict } = judgeChains(chains);
  const worth = Math.min(...coordinates.map(({ essBulk }) => essBulk).filter(Number.isFinite));
  const size = Math.max(1, Math.min(drawn, Number.isFinite(worth) ? worth : 1));
  const n = points.shape[0]!;
  return {
    ...{ x: points, weights: new Float64Array(n).fill(1 / n), size },
    from: `${n} draws of ${count} chains, worth ${Math.round(size)}`,
    doubt: mixed === false ? verdict : null,
  };
}

/** Draws by their weights, so many of equal weight: evenly along the sum of the weights, so that each may come twice. */
export function evened({ weights }: Pick<ModelDraws, "weights">, n: number): Uint32Array {
  const out = new Uint32Array(n);
  let [k, below] = [0, weights[0]!];
  for (let i = 0; i < n; i++) {
    while (k < weights.length - 1 && below < (i + 0.5) / n) below += weights[++k]!;
    out[i] = k;
  }
  return out;
}

/** At most `n` of them, of equal weight. */
export function fewer(draws: ModelDraws, n: number): ModelDraws {
  if (draws.weights.length <= n) return draws;
  return {
    ...draws,
    ...{
      x: takeRows(draws.x, evened(draws, n)),
      weights: new Float64Array(n).fill(1 / n),
      size: Math.min(n, draws.size),
    },
  };
}
