/** One training of the motivating example: a method, a seed, and what is watched while it learns. */

import { standardize, unstandardize } from "../data/standardize.js";
import { edgeMass, gridLogZ } from "../metrics/grid.js";
import { gridKl, gridTotalVariation } from "../metrics/grid-compare.js";
import { gridModeWeights } from "../metrics/grid-mode-weights.js";
import { lineDensity } from "../metrics/line-density.js";
import type { Estimate } from "../metrics/metric.js";
import { importanceModeWeights, sampleModeWeights } from "../metrics/mode-weights.js";
import { fold } from "../random/key.js";
import { type RunConfig, resolveConfig } from "../train/config.js";
import { drawFlow, energyOf } from "../train/density.js";
import { heldOut } from "../train/evaluate.js";
import { trainLoop } from "../train/loop.js";
import { buildIteration, buildModel, buildOptimizers, distributionOf, prepareData, runKey } from "../train/prepare.js";
import { compileTrainer, learned, type TrainState } from "../train/trainer.js";
import { modelOnGrid } from "../train/truth.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";

/** The methods compared: two that should fail, for reasons the balanced one removes. */
export const methods = {
  balanced: { name: "balanced" },
  "pcd-ula": { name: "pcd", local: "ula" },
  "balanced-without-jumps": { name: "balanced", jumps: false },
} as const;

export type Method = keyof typeof methods;

export interface TwoModesUnit {
  readonly method: Method;
  readonly seed: number;
  readonly steps: number;
}

/** The lighter mode's weight under each of the four things that have one. */
export interface FourWeights {
  readonly model: number;
  readonly chains: number;
  readonly flow: number | null;
  readonly data: number;
}

export interface TwoModesResult {
  readonly weights: FourWeights;
  readonly weightByImportance: Estimate;
  readonly paretoK: number;
  /** `KL(truth ‖ model)` and total variation, by quadrature. */
  readonly kl: number;
  readonly totalVariation: number;
  readonly edgeMass: number;
  readonly logZ: { readonly grid: number; readonly importance: Estimate };
  /** Along the training. */
  readonly curve: readonly CurvePoint[];
  /** Log-densities on a coarse grid and along the axis through the centroids, for the figures. */
  readonly field: { readonly side: number; readonly truth: number[]; readonly model: number[] };
  readonly axis: { readonly s: number[]; readonly truth: number[]; readonly model: number[] };
  /** Last positions of the chains `[x, y]`, and where a few of them went over the last steps. */
  readonly chains: readonly (readonly [number, number])[];
  readonly paths: readonly (readonly (readonly [number, number])[])[];
  readonly seconds: number;
}

export interface CurvePoint extends FourWeights {
  readonly step: number;
  readonly localAcceptance: number | null;
  readonly globalAcceptance: number | null;
}

/** Points along a training at which the weights are taken. */
const CURVE_POINTS = 40;
const FIELD_SIDE = 90;
/** Chains whose paths are drawn, over this many last steps. */
const PATHS = 5;
const PATH_STEPS = 60;

/** The configuration of a unit: the sizes of the mathematics' defaults in two dimensions. */
export const configOf = ({ method, seed, steps }: TwoModesUnit): RunConfig =>
  resolveConfig({
    data: { dataset: "two-modes", points: 20_000, validation: 0, test: 0.05 },
    energy: { name: "tilted", hidden: [128, 128, 128] },
    flow: { name: "realnvp", layers: 8, hidden: [64, 64] },
    objective: methods[method],
    steps,
    seed,
    select: "last",
  });

/** Train one method once and measure it exactly. */
export async function runUnit(unit: TwoModesUnit, tick: (done: number) => void): Promise<TwoModesResult> {
  const began = performance.now();
  const config = configOf(unit);
  const distribution = distributionOf(config)!;
  const modes = distribution.modes!;
  const data = prepareData(config, undefined);
  const model = buildModel(config, data.train.shape.slice(1));
  const iteration = buildIteration(config, model);
  const trainer = await compileTrainer({
    model,
    iteration,
    optimizers: buildOptimizers(config, unit.steps),
    batch: config.batch,
    average: config.average,
  });
  const key = runKey(config);
  const energy = energyOf(model.energy);
  const count = { modes: modes.weights.length };
  const lighter = (x: FloatTensor): number =>
    sampleModeWeights(modes.assign(unstandardize(data.standardizer, x)), count).weights[1]!.value;
  const ofData = lighter(data.train);
  const trainsFlow = iteration.groups.includes("flow");
  const parametersAt = (state: TrainState) => ({
    energy: learned(state, "energy"),
    flow: trainsFlow ? learned(state, "flow") : undefined,
  });
  const field = async (state: TrainState, side: number) =>
    (await modelOnGrid({ learned: parametersAt(state), data, energy, distribution }, side))!;
  const weightsAt = async (state: TrainState, side: number): Promise<FourWeights> => {
    const { grid, logQ } = await field(state, side);
    const flow = parametersAt(state).flow;
    return {
      model: gridModeWeights({ grid, logP: logQ, labels: modes.assign(grid.points) }, count).weights[1]!,
      chains: lighter(state["carry.chains"] as FloatTensor),
      flow: flow && model.flow ? lighter((await drawFlow(model.flow, flow, fold(key, "curve"), 2048)).x) : null,
      data: ofData,
    };
  };

  const every = Math.max(1, Math.floor(unit.steps / CURVE_POINTS));
  const curve: CurvePoint[] = [];
  const visited: number[][] = [];
  const { state } = await trainLoop(
    {
      trainer,
      data: data.train,
      batch: config.batch,
      steps: unit.steps,
      key: fold(key, "train"),
      state: trainer.start(key, data.train),
      largestGap: Number.POSITIVE_INFINITY,
    },
    {
      after: async (step, metrics, at) => {
        if (step > unit.steps - PATH_STEPS)
          visited.push(Array.from(originalChains(at, data.standardizer).slice(0, 2 * PATHS)));
        if (step % every !== 0) return undefined;
        const { localAcceptance = null, globalAcceptance = null } = metrics;
        curve.push({ step, ...(await weightsAt(at, FIELD_SIDE)), localAcceptance, globalAcceptance });
        tick(step / unit.steps);
        return undefined;
      },
    },
  );

  const parameters = parametersAt(state);
  const fine = await field(state, 400);
  const coarse = await field(state, FIELD_SIDE);
  const line = axisPoints();
  const onLine = await energy(standardize(data.standardizer, line.points), parameters.energy);
  const { logZ, weighted } = await heldOut(model, parameters, data.test, fold(key, "importance"), 20_000, energy);
  const byImportance = importanceModeWeights(
    { labels: modes.assign(unstandardize(data.standardizer, weighted.x)), logWeights: weighted.logWeights },
    count,
  );
  const normalized = (logP: Float64Array): number[] => {
    const z = gridLogZ({ grid: coarse.grid, logP });
    return Array.from(logP, (v) => Math.round((v - z) * 1000) / 1000);
  };
  const chains = originalChains(state, data.standardizer);
  return {
    weights: await weightsAt(state, 400),
    weightByImportance: byImportance.weights[1]!,
    paretoK: logZ.pareto.k,
    kl: gridKl({ grid: fine.grid, logP: fine.logP, logQ: fine.logQ }),
    totalVariation: gridTotalVariation({ grid: fine.grid, logP: fine.logP, logQ: fine.logQ }),
    edgeMass: edgeMass({ grid: fine.grid, logP: fine.logQ }),
    logZ: {
      grid:
        gridLogZ({ grid: fine.grid, logP: fine.logQ }) - data.standardizer.scale.reduce((s, v) => s + Math.log(v), 0),
      importance: logZ.logZ,
    },
    curve,
    field: { side: FIELD_SIDE, truth: normalized(coarse.logP), model: normalized(coarse.logQ) },
    axis: {
      s: Array.from(line.s),
      truth: Array.from(lineDensity(line.s, distribution.logDensity(line.points))),
      model: Array.from(
        lineDensity(
          line.s,
          onLine.map((e) => -e),
        ),
      ),
    },
    chains: Array.from({ length: chains.length / 2 }, (_, i) => [chains[2 * i]!, chains[2 * i + 1]!] as const),
    paths: Array.from({ length: PATHS }, (_, c) => visited.map((row) => [row[2 * c]!, row[2 * c + 1]!] as const)),
    seconds: (performance.now() - began) / 1000,
  };
}

const originalChains = (state: TrainState, standardizer: Parameters<typeof unstandardize>[0]): Float64Array => {
  const chains = state["carry.chains"]!;
  return unstandardize(standardizer, tensor(floats(chains), chains.shape)).data;
};

/** Points `s (1, 1)/√2` on the axis through both centroids, `s` the signed distance from the middle. */
function axisPoints(): { s: Float64Array; points: FloatTensor } {
  const n = 400;
  const s = Float64Array.from({ length: n }, (_, i) => -3 + (6 * i) / (n - 1));
  const points = new Float64Array(2 * n);
  for (const [i, v] of s.entries()) points.fill(v / Math.SQRT2, 2 * i, 2 * i + 2);
  return { s, points: tensor(points, [n, 2]) };
}
