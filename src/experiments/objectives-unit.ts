/** One training of the comparison of objectives: a method, a target, a seed, and how far its density is from the truth. */

import { type RunConfig, resolveConfig } from "../config/config.js";
import { runKey } from "../config/prepare.js";
import { energyOf } from "../energies/evaluate.js";
import { modelOnGrid } from "../evaluation/truth.js";
import { drawFlow } from "../flows/draw-flow.js";
import { learned } from "../inference/learned.js";
import { edgeMass, type Grid2d, gridLogZ } from "../metrics/goodness/grid.js";
import { gridKl } from "../metrics/goodness/grid-compare.js";
import { gridModeWeights } from "../metrics/goodness/grid-mode-weights.js";
import { labelFrequencies } from "../metrics/goodness/label-frequencies.js";
import { totalVariation } from "../metrics/goodness/total-variation.js";
import { fold } from "../random/key.js";
import type { TrainState } from "../train/trainer.js";
import { NumericError } from "../util/errors.js";
import { objectiveMethods, objectiveTargets, type TargetName } from "./objective-methods.js";
import { type Prepared, prepareTraining } from "./train-config.js";

export interface ObjectivesUnit {
  readonly target: TargetName;
  /** A key of `objectiveMethods`. */
  readonly method: string;
  readonly seed: number;
  readonly steps: number;
}

export interface ObjectivesResult {
  /** Weights of the modes under the model, by quadrature; `null` when training left the numbers. */
  readonly weights: readonly number[] | null;
  readonly truth: readonly number[];
  /** Total variation between the two over the modes' regions. */
  readonly weightError: number | null;
  /** The same of a flow that was trained along. */
  readonly flowError: number | null;
  /** `KL(truth ‖ model)`, nats, on the grid. */
  readonly kl: number | null;
  readonly edgeMass: number | null;
  /** Log-density of the model on a coarse grid, for the figure. */
  readonly field: { readonly side: number; readonly box: Grid2d["box"]; readonly model: number[] } | null;
  readonly seconds: number;
  /** What went wrong, if anything. */
  readonly failure: string | null;
}

/** Every unit with what was found. */
export interface ObjectivesNumbers {
  readonly runs: readonly (ObjectivesUnit & ObjectivesResult)[];
}

const SIDE = 300;
const COARSE = 60;

/** The configuration of a unit; all methods share the networks, the batch and the schedule. */
export function configOf({ target, method, seed, steps }: ObjectivesUnit): RunConfig {
  const { objective, learningRate } = objectiveMethods[method]!;
  return resolveConfig({
    data: { ...objectiveTargets[target], points: 20_000, validation: 0, test: 0.05 },
    // The one that is usual for what the objective needs.
    energy: { hidden: [128, 128, 128] },
    flow: { name: "realnvp", layers: 8, hidden: [64, 64] },
    objective,
    ...(learningRate ? { optimizer: { energy: { name: "adam", schedule: "step", learningRate } } } : {}),
    steps,
    seed,
    select: "last",
    // What closes a training is none of the objective's.
    closing: 0,
  });
}

/** Train one method once and measure it. A training that leaves the numbers is a result, not an error. */
export async function runObjective(unit: ObjectivesUnit, tick: (done: number) => void): Promise<ObjectivesResult> {
  const began = performance.now();
  const config = configOf(unit);
  const prepared = await prepareTraining(config);
  const truth = prepared.distribution.modes!.weights;
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const every = Math.max(1, Math.floor(unit.steps / 50));
    const state = await prepared.train((step) => {
      if (step % every === 0) tick(step / unit.steps);
    });
    const trained = seconds();
    return { truth, failure: null, ...(await measure(prepared, config, state)), seconds: trained };
  } catch (error) {
    if (!(error instanceof NumericError)) throw error;
    const nothing = { weights: null, weightError: null, flowError: null, kl: null, edgeMass: null, field: null };
    return { truth, ...nothing, seconds: seconds(), failure: error.message };
  }
}

async function measure(
  { distribution, data, model, trainsFlow }: Prepared,
  config: RunConfig,
  state: TrainState,
): Promise<Omit<ObjectivesResult, "truth" | "failure" | "seconds">> {
  const modes = distribution.modes!;
  const count = { modes: modes.weights.length };
  const at = { energy: learned(state, "energy"), flow: trainsFlow ? learned(state, "flow") : undefined };
  const bench = { data, distribution, energy: energyOf(model.energy), learned: at };
  const { grid, logP, logQ } = (await modelOnGrid(bench, SIDE))!;
  const coarse = (await modelOnGrid(bench, COARSE))!;
  const { weights } = gridModeWeights({ grid, logP: logQ, labels: modes.assign(grid.points) }, count);
  const z = gridLogZ({ grid: coarse.grid, logP: coarse.logQ });
  const error = (q: ArrayLike<number>): number => totalVariation({ p: modes.weights, q }).value;
  let flowError: number | null = null;
  if (at.flow && model.flow) {
    const { x } = await drawFlow(model.flow, at.flow, fold(runKey(config), "flow"), 8192);
    flowError = error(labelFrequencies(modes.assign(data.coordinates.decode(x)), modes.weights.length));
  }
  return {
    weights,
    weightError: error(weights),
    flowError,
    kl: gridKl({ grid, logP, logQ }),
    edgeMass: edgeMass({ grid, logP: logQ }),
    field: {
      side: COARSE,
      box: coarse.grid.box,
      model: Array.from(coarse.logQ, (v) => Math.round((v - z) * 1000) / 1000),
    },
  };
}
