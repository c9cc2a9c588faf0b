/** What a learned density is compared with, row by row. */

import { trains } from "../config/what-is-trained.js";
import { unitEnergies } from "../data/columns/dequantise.js";
import { energyOf } from "../energies/evaluate.js";
import { logLikelihood } from "../metrics/goodness/log-likelihood.js";
import { bare } from "../metrics/intervals/interval.js";
import type { Estimate } from "../metrics/metric.js";
import type { Role } from "../report/roles.js";
import type { FloatTensor } from "../util/tensor.js";
import type { RunView } from "./view.js";

/** A law beside the model. */
export interface Rival {
  readonly name: string;
  readonly role: Role;
  /** Log-densities of points `(n, d)`, both in the coordinates of the model. */
  logDensity(points: FloatTensor): Promise<Float64Array>;
}

/** The flow by itself, where there is one beside an energy, and the baselines of the evaluation. */
export function rivalsOf({ run, trained, laws }: RunView): Rival[] {
  const { flow, params } = trained;
  return [
    ...(flow && params.flow && trains(run.config, "energy")
      ? [
          {
            name: "the flow alone",
            role: "flow" as const,
            logDensity: async (points: FloatTensor) =>
              (await energyOf(flow, "float32")(points, params.flow)).map((v) => -v),
          },
        ]
      : []),
    ...laws().map(({ name, logDensity }) => ({
      name,
      role: "data" as const,
      logDensity: async (points: FloatTensor) => logDensity(points),
    })),
  ];
}

/** How far the model is ahead of each rival on held-out rows, nats a row, paired over the rows: what the evaluation found, or as it finds it. */
export async function aheadOf(view: RunView): Promise<{ readonly name: string; readonly ahead: Estimate }[]> {
  const { run, trained, summary } = view;
  const { test } = run.data;
  const { normaliser, atMost, baselines = [] } = summary.evaluation;
  if (test.shape[0] === 0) return [];
  const value = energyOf(trained.energy, "float32");
  // In the units of the file, whose cells may stand for intervals.
  const ofRows = async (energies: (points: FloatTensor) => Promise<Float64Array>): Promise<Float64Array> =>
    (await unitEnergies(run.data.coordinates, { points: test }, energies)).map((e) => -e);
  const gains = new Map(baselines.map(({ name, gain }) => [name, gain]));
  const rivals = rivalsOf(view);
  if (rivals.every(({ name }) => gains.has(name))) return rivals.map(({ name }) => ({ name, ahead: gains.get(name)! }));
  const own = await ofRows((points) => value(points, trained.params.energy));
  return Promise.all(
    rivals.map(async ({ name, logDensity }) => {
      if (gains.has(name)) return { name, ahead: gains.get(name)! };
      const other = await ofRows(async (points) => (await logDensity(points)).map((v) => -v));
      const { mean } = logLikelihood({ logDensity: own.map((v, i) => v - other[i]!), logZ: normaliser });
      return { name, ahead: atMost ? bare(mean.value) : mean };
    }),
  );
}
