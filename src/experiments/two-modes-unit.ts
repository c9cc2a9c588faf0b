/** One training of the motivating example: a method, a seed, and what is watched while it learns. */

import { type RunConfig, resolveConfig } from "../config/config.js";
import { runKey } from "../config/prepare.js";
import type { Modes } from "../data/dataset.js";
import { logDetScale, standardize, unstandardize } from "../data/standardize.js";
import { energyOf, type RowFunction } from "../energies/evaluate.js";
import { heldOut } from "../evaluation/evaluate.js";
import { modelOnGrid } from "../evaluation/truth.js";
import { drawFlow } from "../flows/draw-flow.js";
import { type Learned, learned } from "../inference/learned.js";
import { edgeMass, type Grid2d, gridLogZ } from "../metrics/goodness/grid.js";
import { gridKl, gridTotalVariation } from "../metrics/goodness/grid-compare.js";
import { gridModeWeights } from "../metrics/goodness/grid-mode-weights.js";
import { lineDensity } from "../metrics/goodness/line-density.js";
import { importanceModeWeights, sampleModeWeights } from "../metrics/goodness/mode-weights.js";
import type { Estimate } from "../metrics/metric.js";
import { fold } from "../random/key.js";
import type { TrainState } from "../train/trainer.js";
import { type FloatTensor, floats, tensor } from "../util/tensor.js";
import { type Prepared, prepareTraining } from "./train-config.js";

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
  readonly field: {
    readonly side: number;
    readonly box: Grid2d["box"];
    readonly truth: number[];
    readonly model: number[];
  };
  readonly axis: { readonly s: number[]; readonly truth: number[]; readonly model: number[] };
  /** Last positions of the chains `[x, y]`, and where a few of them went over the last steps. */
  readonly chains: readonly (readonly [number, number])[];
  readonly paths: readonly (readonly (readonly [number, number])[])[];
  readonly seconds: number;
}

/** Every unit with what was found, and the weight that is true. */
export interface TwoModesNumbers {
  readonly truth: number;
  readonly runs: readonly (TwoModesUnit & TwoModesResult)[];
}

export interface CurvePoint extends FourWeights {
  readonly step: number;
  readonly localAcceptance: number | null;
  readonly globalAcceptance: number | null;
}

/** Points along a training at which the weights are taken. */
const CURVE_POINTS = 40;
const FIELD_SIDE = 90;
const COUNT = { modes: 2 };
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

/** Everything the measurements of one unit share. */
interface Bench extends Prepared {
  readonly config: RunConfig;
  readonly modes: Modes;
  readonly energy: RowFunction;
}

const parametersAt = ({ trainsFlow }: Bench, state: TrainState): Learned => ({
  energy: learned(state, "energy"),
  flow: trainsFlow ? learned(state, "flow") : undefined,
});

/** Share of points that lie in the lighter mode. */
const lighter = ({ modes, data }: Bench, x: FloatTensor): number =>
  sampleModeWeights(modes.assign(unstandardize(data.standardizer, x)), COUNT).weights[1]!.value;

async function fieldAt(bench: Bench, state: TrainState, side: number) {
  const field = await modelOnGrid({ ...bench, learned: parametersAt(bench, state) }, side);
  return field!;
}

async function weightsAt(bench: Bench, state: TrainState, side: number): Promise<FourWeights> {
  const { model, modes, data, config } = bench;
  const { grid, logQ } = await fieldAt(bench, state, side);
  const { flow } = parametersAt(bench, state);
  const key = fold(runKey(config), "curve");
  return {
    model: gridModeWeights({ grid, logP: logQ, labels: modes.assign(grid.points) }, COUNT).weights[1]!,
    chains: lighter(bench, state["carry.chains"] as FloatTensor),
    flow: flow && model.flow ? lighter(bench, (await drawFlow(model.flow, flow, key, 2048)).x) : null,
    data: lighter(bench, data.train),
  };
}

/** Train one method once and measure it exactly. */
export async function runUnit(unit: TwoModesUnit, tick: (done: number) => void): Promise<TwoModesResult> {
  const began = performance.now();
  const config = configOf(unit);
  const { train, ...prepared } = await prepareTraining(config);
  const { distribution, model } = prepared;
  const bench: Bench = { ...prepared, config, modes: distribution.modes!, energy: energyOf(model.energy) };
  const { steps } = config;

  const every = Math.max(1, Math.floor(steps / CURVE_POINTS));
  const curve: CurvePoint[] = [];
  const visited: number[][] = [];
  const state = await train(async (step, metrics, at) => {
    if (step > steps - PATH_STEPS) visited.push(Array.from(chainsAt(bench, at).slice(0, 2 * PATHS)));
    if (step % every !== 0) return;
    const { localAcceptance = null, globalAcceptance = null } = metrics;
    curve.push({ step, ...(await weightsAt(bench, at, FIELD_SIDE)), localAcceptance, globalAcceptance });
    tick(step / steps);
  });
  const chains = chainsAt(bench, state);
  return {
    ...(await measure(bench, state)),
    curve,
    chains: Array.from({ length: chains.length / 2 }, (_, i) => [chains[2 * i]!, chains[2 * i + 1]!] as const),
    paths: Array.from({ length: PATHS }, (_, c) => visited.map((row) => [row[2 * c]!, row[2 * c + 1]!] as const)),
    seconds: (performance.now() - began) / 1000,
  };
}

/** The learned density against the truth: weights, divergences, log Z two ways, and what the figures show. */
async function measure(
  bench: Bench,
  state: TrainState,
): Promise<Omit<TwoModesResult, "curve" | "chains" | "paths" | "seconds">> {
  const { model, modes, data, energy, distribution, config } = bench;
  const parameters = parametersAt(bench, state);
  const { grid, logP, logQ } = await fieldAt(bench, state, 400);
  const coarse = await fieldAt(bench, state, FIELD_SIDE);
  const line = axisPoints();
  const onLine = await energy(standardize(data.standardizer, line.points), parameters.energy);
  const key = fold(runKey(config), "importance");
  const { logZ, weighted } = await heldOut(model, parameters, data.test, { key, draws: 20_000, energy });
  const labels = modes.assign(unstandardize(data.standardizer, weighted.x));
  const normalized = (values: Float64Array): number[] => {
    const z = gridLogZ({ grid: coarse.grid, logP: values });
    return Array.from(values, (v) => Math.round((v - z) * 1000) / 1000);
  };
  return {
    weights: await weightsAt(bench, state, 400),
    weightByImportance: importanceModeWeights({ labels, logWeights: weighted.logWeights }, COUNT).weights[1]!,
    paretoK: logZ.pareto.k,
    kl: gridKl({ grid, logP, logQ }),
    totalVariation: gridTotalVariation({ grid, logP, logQ }),
    edgeMass: edgeMass({ grid, logP: logQ }),
    // The grid lies in original units; the importance estimate in the coordinates of the model.
    logZ: { grid: gridLogZ({ grid, logP: logQ }) - logDetScale(data.standardizer), importance: logZ.logZ },
    field: { side: FIELD_SIDE, box: coarse.grid.box, truth: normalized(coarse.logP), model: normalized(coarse.logQ) },
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
  };
}

/** Positions of the chains in original units, row by row. */
function chainsAt({ data }: Bench, state: TrainState): Float64Array {
  const chains = state["carry.chains"]!;
  return unstandardize(data.standardizer, tensor(floats(chains), chains.shape)).data;
}

/** Points `s (1, 1)/√2` on the axis through both centroids, `s` the signed distance from the middle. */
function axisPoints(): { s: Float64Array; points: FloatTensor } {
  const n = 400;
  const s = Float64Array.from({ length: n }, (_, i) => -3 + (6 * i) / (n - 1));
  const points = new Float64Array(2 * n);
  for (const [i, v] of s.entries()) points.fill(v / Math.SQRT2, 2 * i, 2 * i + 2);
  return { s, points: tensor(points, [n, 2]) };
}
