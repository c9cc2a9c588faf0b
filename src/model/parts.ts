/** What a trained model is made of. */

import type { RunConfig } from "../config/config.js";
import { type RunData, runKey } from "../config/prepare.js";
import { trainedModel } from "../config/what-is-trained.js";
import type { Coordinates } from "../data/columns/coordinates.js";
import { unitEnergies } from "../data/columns/dequantise.js";
import { takeRows } from "../data/take-rows.js";
import { energyOf } from "../energies/evaluate.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import { importanceLogZ, type KnownLogZ, knownLogZ } from "../evaluation/known-log-z.js";
import { widthFor } from "../inference/large-points.js";
import type { Learned } from "../inference/learned.js";
import type { SeenRows } from "../inference/one-class.js";
import { type Spread, unitSpread } from "../inference/row-chains.js";
import type { Model } from "../objectives/objective.js";
import { fold } from "../random/key.js";
import type { Where } from "../runtime/program.js";
import { columnMoments } from "../util/moments.js";

/** What a model keeps of the data it was trained on. */
export interface TrainedData {
  /** Names of the columns of the table. */
  readonly columns: readonly string[];
  readonly coordinates: Coordinates;
  /** Column and names of the classes, where rows had labels. */
  readonly labels?: { readonly column: string; readonly classes: readonly string[] };
  /** Rows in all, held-out ones included. */
  readonly rows: number;
  /** Some of the training rows, where chains start. */
  readonly seen: SeenRows;
}

/** What a trained model is made of. */
export interface TrainedParts {
  readonly config: RunConfig;
  /** As it was built of the configuration. */
  readonly model: Model;
  readonly data: TrainedData;
  readonly params: Learned;
  /** The step whose parameters they are. */
  readonly step: number;
  readonly evaluation: Evaluation | null;
  /** Asked once, when it is first needed. */
  logZ(): Promise<KnownLogZ>;
  /** Energies in the units of the data of the rows that training never saw, with which p-values are made. Asked once. */
  heldOut(): Promise<Float64Array>;
}

/** Rows that are enough to start chains from. */
const SEEN = 1024;

/** What is kept of the rows of a run. Training rows lie in random order, so that the first are as good as any. */
export function keptOf({ columns, coordinates, train, validation, test, labels }: RunData): TrainedData {
  const first = Array.from({ length: Math.min(SEEN, train.shape[0]!) }, (_, i) => i);
  const own = labels && { column: labels.column, classes: labels.classes };
  return {
    ...{ columns, coordinates, ...(own ? { labels: own } : {}) },
    rows: [train, validation, test].reduce((n, { shape }) => n + shape[0]!, 0),
    seen: {
      train: takeRows(train, first),
      ...(labels ? { labels: { classes: labels.classes, train: labels.train.slice(0, first.length) } } : {}),
    },
  };
}

/** Mean and standard deviation of each coordinate in the coordinates of the model: 0 and 1 where each is standardised. */
export function spreadOf({ config, data: { coordinates, seen } }: Pick<TrainedParts, "config" | "data">): Spread {
  if (config.data.standardize === true) return unitSpread(coordinates.width);
  const { mean, squares } = columnMoments(seen.train.data, coordinates.width);
  // A column may be constant over the rows that are kept.
  return { mean, scale: squares.map((v) => Math.sqrt(v / seen.train.shape[0]!) || 1) };
}

/** The parts of a model whose rows are at hand. */
export function partsOf(
  given: Pick<TrainedParts, "config" | "model" | "params" | "step" | "evaluation"> & { readonly data: RunData },
  { engine }: Where = {},
): TrainedParts {
  const { config, model, params, evaluation, data } = given;
  const judged = trainedModel(config, model);
  const key = fold(fold(runKey(config), "model"), "log Z");
  return {
    ...given,
    data: keptOf(data),
    logZ: async () =>
      evaluation
        ? knownLogZ(evaluation)
        : importanceLogZ(judged, params, data.test, { key, draws: config.draws, engine }),
    heldOut() {
      const value = energyOf(judged.energy, widthFor(judged.energy.event), { engine });
      return unitEnergies(data.coordinates, { points: data.test }, (points) => value(points, params.energy));
    },
  };
}
