/** What measurements of a training share: the data's law, the model and the ways to evaluate both at any state. */

import type { RunConfig } from "../../config/config.js";
import { runKey } from "../../config/prepare.js";
import type { Modes } from "../../data/dataset.js";
import { energyOf, type RowFunction } from "../../energies/evaluate.js";
import { modelOnGrid } from "../../evaluation/truth.js";
import { drawFlow } from "../../flows/draw-flow.js";
import { type Learned, learned } from "../../inference/learned.js";
import { gridModeWeights } from "../../metrics/goodness/grid-mode-weights.js";
import { labelFrequencies } from "../../metrics/goodness/label-frequencies.js";
import { normaliseLogWeights } from "../../metrics/log-z/log-weights.js";
import { fold } from "../../random/key.js";
import type { TrainState } from "../../train/trainer.js";
import { type FloatTensor, floats, type Tensor, tensor } from "../../util/tensor.js";
import type { Prepared } from "../train-config.js";
import type { ZoneWeights } from "./declaration.js";

export interface Bench extends Prepared {
  readonly config: RunConfig;
  readonly modes: Modes;
  readonly energy: RowFunction;
  /** Whether there is a flow that something has fitted. */
  readonly hasFlow: boolean;
}

export const benchOf = (prepared: Prepared, config: RunConfig): Bench => ({
  ...prepared,
  config,
  modes: prepared.distribution.modes!,
  energy: energyOf(prepared.model.energy),
  hasFlow: prepared.model.flow !== undefined && (prepared.trainsFlow || config.pretrain > 0),
});

export const parametersAt = ({ hasFlow }: Bench, state: TrainState): Learned => ({
  energy: learned(state, "energy"),
  flow: hasFlow ? learned(state, "flow") : undefined,
});

/** Unnormalised log-densities of the model and of the truth on a grid, in original units. */
export async function fieldOf(bench: Bench, parameters: Learned, side: number) {
  const field = await modelOnGrid({ ...bench, learned: parameters }, side);
  return field!;
}

/** Points of the model's coordinates in original units. */
export const inUnits = ({ data }: Bench, x: Tensor): FloatTensor => data.coordinates.decode(tensor(floats(x), x.shape));

/** Shares of points in each zone, weighted where they have log-weights. */
export function sharesOf(bench: Bench, x: Tensor, logWeights?: Tensor): number[] {
  const labels = bench.modes.assign(inUnits(bench, x));
  const zones = bench.modes.weights.length;
  if (!logWeights) return Array.from(labelFrequencies(labels, zones));
  const { weights } = normaliseLogWeights("shares of zones", floats(logWeights));
  const shares = new Array<number>(zones).fill(0);
  for (const [i, label] of labels.entries()) if (label >= 0) shares[label]! += weights[i]!;
  return shares;
}

/** Weights of the zones under the model, by quadrature. */
export async function modelShares(bench: Bench, parameters: Learned, side: number): Promise<number[]> {
  const { grid, logQ } = await fieldOf(bench, parameters, side);
  const count = { modes: bench.modes.weights.length };
  return [...gridModeWeights({ grid, logP: logQ, labels: bench.modes.assign(grid.points) }, count).weights];
}

/** Of whatever has weights at a state. */
export async function weightsAt(bench: Bench, state: TrainState, side: number): Promise<ZoneWeights> {
  const parameters = parametersAt(bench, state);
  const { chains, logWeights } = { chains: state["carry.chains"], logWeights: state["carry.logWeights"] };
  return {
    model: await modelShares(bench, parameters, side),
    chains: chains ? sharesOf(bench, chains, logWeights) : null,
    flow: parameters.flow ? sharesOf(bench, (await flowDraws(bench, parameters.flow, 2048))!) : null,
  };
}

/** Draws of the flow in the coordinates of the model. */
const flowDraws = async ({ model, config }: Bench, params: FloatTensor, n: number): Promise<FloatTensor> =>
  (await drawFlow(model.flow!, params, fold(runKey(config), "curve"), n)).x;
