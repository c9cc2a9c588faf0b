/** Log Z of a trained model by every estimator that applies, with chains drawn for those that need them. */

import { estimateLogZ, type LogZTable } from "../estimators/estimate-log-z.js";
import type { Model } from "../objectives/objective.js";
import { fold, type Key } from "../random/key.js";
import { drawPoints } from "./draw-points.js";
import type { Learned } from "./evaluate.js";
import type { RunData } from "./prepare.js";

/** Chains for the estimators that need draws of the model. */
const CHAINS = 32;

const between = (low: number, x: number, high: number): number => Math.max(low, Math.min(high, Math.round(x)));

/** What each estimator may cost beside so many draws of an importance estimate. */
function effort(draws: number): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const annealed = { chains: between(50, draws / 20, 500) };
  return {
    importance: { draws },
    bridge: { draws },
    nce: { draws },
    ais: annealed,
    "reverse-ais": annealed,
    "thermodynamic-integration": annealed,
    smc: { chains: between(40, draws / 50, 200) },
  };
}

/** @param draws those of the importance estimate; the others take about as long. */
export async function estimateTrained(
  model: Model,
  learned: Learned,
  data: RunData,
  { key, draws }: { readonly key: Key; readonly draws: number },
): Promise<LogZTable> {
  const n = CHAINS * between(20, draws / 160, 60);
  const { chains } = await drawPoints(model, learned, data, { n, key: fold(key, "chains"), chains: CHAINS });
  const flow = model.flow && learned.flow ? { flow: model.flow, flowParams: learned.flow } : {};
  return estimateLogZ(
    { energy: model.energy, params: learned.energy, ...flow, rows: data.test, chains: chains.x },
    { key, options: effort(draws) },
  );
}
