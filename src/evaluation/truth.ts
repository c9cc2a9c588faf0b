/** A trained model beside the distribution its data came from, where that is known. */

import type { RunData } from "../config/prepare.js";
import type { Distribution } from "../data/dataset.js";
import type { RowFunction } from "../energies/evaluate.js";
import { countStates, statesOf } from "../energies/states.js";
import type { Learned } from "../inference/learned.js";
import { edgeMass, type Grid2d, grid2d, gridLogZ } from "../metrics/goodness/grid.js";
import { gridKl, gridTotalVariation } from "../metrics/goodness/grid-compare.js";
import { gridModeWeights } from "../metrics/goodness/grid-mode-weights.js";
import { importanceModeWeights, type ModeWeights, sampleModeWeights } from "../metrics/goodness/mode-weights.js";
import type { WeightQuality } from "../metrics/log-z/importance.js";
import { normaliseLogWeights } from "../metrics/log-z/log-weights.js";
import type { Model } from "../objectives/objective.js";
import type { FloatTensor } from "../util/tensor.js";
import type { WeightedDraws } from "./log-z.js";

/** Side of the grid that integrates two-dimensional densities. */
const SIDE = 300;

export interface TruthComparison {
  /** Weights of the modes, apart for whom they belong to: they need not agree, and that is what they tell. */
  readonly modeWeights: {
    readonly truth: readonly number[];
    /** Of the model, exact by quadrature in two dimensions. */
    readonly model: { readonly weights: readonly number[]; readonly outside: number } | null;
    /** Of the model, by importance sampling from the proposal. */
    readonly modelByImportance: ModeWeights & WeightQuality;
    /** Of the proposal itself. */
    readonly flow: ModeWeights | null;
    readonly data: ModeWeights;
  } | null;
  /** By quadrature, of real points in two dimensions. */
  readonly grid: GridComparison | null;
  /** By the sum over all states of discrete points, where they are few; absent in summaries of before. */
  readonly states?: StateComparison | null;
}

export interface StateComparison {
  readonly count: number;
  /** `log Σ exp(−E)`. */
  readonly logZ: number;
  /** `KL(truth ‖ model)`, nats. */
  readonly kl: number;
  readonly totalVariation: number;
}

export interface GridComparison {
  /** `log ∫ exp(−E)` in the coordinates the model sees. */
  readonly logZ: number;
  /** `KL(truth ‖ model)`, nats. */
  readonly kl: number;
  readonly totalVariation: number;
  /** Mass of the model in the outer frame of the grid: a box too small would hide it. */
  readonly edgeMass: number;
}

export interface TruthInput {
  readonly model: Model;
  readonly learned: Learned;
  readonly data: RunData;
  readonly energy: RowFunction;
  readonly weighted: WeightedDraws;
  readonly distribution: Distribution;
}

/** The model's unnormalised log-density on a grid over the distribution's box, in original units. */
export async function modelOnGrid(
  { learned, data, energy, distribution }: Omit<TruthInput, "model" | "weighted">,
  side = SIDE,
): Promise<{ grid: Grid2d; logP: Float64Array; logQ: Float64Array } | null> {
  const [x, y] = distribution.box;
  if (!x || !y || distribution.box.length !== 2 || distribution.support) return null;
  const grid = grid2d([x, y], side);
  const e = await energy(data.coordinates.encode(grid.points), learned.energy);
  return { grid, logP: distribution.logDensity(grid.points), logQ: e.map((v) => -v) };
}

/** States that are compared at most. */
const MOST_STATES = 2 ** 16;

/** The model and the law of the data over every state. */
async function compareStates({ model, learned, energy, distribution }: TruthInput): Promise<StateComparison | null> {
  const { support, event } = model.energy;
  const count = countStates(support, event);
  if (!(count <= MOST_STATES)) return null;
  const states = statesOf(support, event, 0, count);
  const logQ = (await energy(states, learned.energy)).map((v) => -v);
  const { weights, logSum } = normaliseLogWeights("compareStates", logQ, "log-density");
  let [kl, difference] = [0, 0];
  distribution.logDensity(states).forEach((logP, i) => {
    const p = Math.exp(logP);
    if (p > 0) kl += p * (logP - logQ[i]! + logSum);
    difference += Math.abs(p - weights[i]!);
  });
  return { count, logZ: logSum, kl, totalVariation: difference / 2 };
}

/** Every comparison that the distribution allows. */
export async function compareWithTruth(input: TruthInput): Promise<TruthComparison> {
  const { model, data, weighted, distribution } = input;
  const field = await modelOnGrid(input);
  const { modes } = distribution;
  const count = modes ? { modes: modes.weights.length } : null;
  const label = (x: FloatTensor): Int32Array => modes!.assign(data.coordinates.decode(x));
  return {
    modeWeights:
      (modes &&
        count && {
          truth: modes.weights,
          model:
            field &&
            gridModeWeights({ grid: field.grid, logP: field.logQ, labels: modes.assign(field.grid.points) }, count),
          modelByImportance: importanceModeWeights(
            { labels: label(weighted.x), logWeights: weighted.logWeights },
            count,
          ),
          flow: model.flow && weighted.proposal === "flow" ? sampleModeWeights(label(weighted.x), count) : null,
          data: sampleModeWeights(label(data.train), count),
        }) ||
      null,
    states: await compareStates(input),
    grid: field && {
      // The grid is in original units: volumes shrink by the scales on the way to the model's coordinates.
      logZ: gridLogZ({ grid: field.grid, logP: field.logQ }) - data.coordinates.logVolume,
      kl: gridKl({ grid: field.grid, logP: field.logP, logQ: field.logQ }),
      totalVariation: gridTotalVariation({ grid: field.grid, logP: field.logP, logQ: field.logQ }),
      edgeMass: edgeMass({ grid: field.grid, logP: field.logQ }),
    },
  };
}
