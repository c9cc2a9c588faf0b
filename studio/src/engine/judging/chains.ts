/** Chains on an energy that stands still: whether they agree, how they pass between modes, and how their ranks are spread. */

import type { config as configs } from "ebbflow";
import type { Distribution } from "ebbflow/data";
import { drawPoints, type Learned } from "ebbflow/inference";
import { chainModeWeights, chainsOf, judgeChains, modeJumps, rankCounts } from "ebbflow/metrics";
import type { Model } from "ebbflow/objectives";
import type { Key } from "ebbflow/random";
import type { JudgedRun } from "./judgement.js";

/** Chains, their draws, and steps from one draw to the next. */
const [CHAINS, DRAWS, THIN] = [8, 400, 2];
const BINS = 20;

export async function runChains(
  model: Model,
  learned: Learned,
  data: configs.RunData,
  { key, distribution }: { readonly key: Key; readonly distribution: Distribution | undefined },
): Promise<JudgedRun> {
  const counts = { n: CHAINS * DRAWS, chains: CHAINS, thin: THIN };
  const { chains: run, sampler } = await drawPoints(model, learned, data, { ...counts, key });
  const { x } = run;
  const [chains, draws, d] = x.shape as [number, number, number];
  const modes = distribution?.modes;
  const flat = { dtype: x.dtype, shape: [chains * draws, d], data: x.data } as typeof x;
  const labels = modes && {
    shape: [chains, draws] as const,
    data: Float64Array.from(modes.assign(data.coordinates.decode(flat))),
  };
  const count = { modes: modes?.weights.length ?? 0 };
  return {
    ...{ sampler: sampler.name, from: model.flow && learned.flow ? "flow" : "data", chains, draws },
    verdict: judgeChains({
      ...{ x, info: run.info, interacts: run.interacts, exact: run.exact, stuck: run.stuck, restarts: run.restarts },
      ...(labels && modes ? { labels, modes: modes.centers.map(placeOf) } : {}),
      names: data.columns.length === d ? data.columns : undefined,
    }),
    ranks: data.columns.slice(0, d).map((name, i) => ({ name, counts: rankCounts(chainsOf(x, i), BINS) })),
    jumps: labels ? modeJumps(labels, count) : null,
    weights: labels ? chainModeWeights(labels, count) : null,
  };
}

/** What a mode is called: where it is. */
const placeOf = (center: readonly number[]): string => `(${center.map((c) => c.toFixed(1)).join(", ")})`;
