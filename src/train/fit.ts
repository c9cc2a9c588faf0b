/** The short way: a normalised density from rows, in memory, with every default chosen. */

import type { z } from "zod";
import { type configSchema, type RunConfig, resolveConfig } from "../config/config.js";
import { prepareData, runKey } from "../config/prepare.js";
import { trainedModel, trainedParameters } from "../config/what-is-trained.js";
import type { LabelColumn } from "../data/labels.js";
import { logDetScale, standardize } from "../data/standardize.js";
import { energyOf } from "../energies/evaluate.js";
import { type Evaluation, evaluateModel } from "../evaluation/evaluate.js";
import { type ClassProbabilities, classProbabilities } from "../inference/class-probabilities.js";
import { type DrawOptions, drawPoints } from "../inference/draw-points.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type FloatTensor, showShape, tensor } from "../util/tensor.js";
import { runSession } from "./session.js";
import { startSession } from "./start.js";

/** The configuration of a run, without where its data lie. */
export type FitOptions = Partial<Omit<z.input<typeof configSchema>, "data">> & {
  /** Share of the rows held out for the evaluation. */
  readonly test?: number;
  /** Share of the rows that choose the best parameters, every `evaluateEvery` steps: few rows are soon over-fitted. */
  readonly validation?: number;
  /** Classes of the rows: names or whole numbers, one a row. The energy is a classifier then, unless another is named. */
  readonly labels?: ArrayLike<string | number>;
  /** Number of classes, where labels are whole numbers from 0; else the labels there are. */
  readonly classes?: number;
  /** Called after every step; returning `false` ends the training early. */
  readonly progress?: (step: number, metrics: Readonly<Record<string, number>>) => boolean | undefined;
};

/** A trained density. Points are `(n, d)` in the units of the rows it was fitted to. */
export interface FittedModel {
  /** log Z, held-out log-likelihood beside that of a fitted Gaussian, or of independent columns of bits, each with its error. */
  readonly evaluation: Evaluation;
  readonly config: RunConfig;
  /** Names of the classes in order; none for rows without labels. */
  readonly classes: readonly string[];
  /** Normalised log-density `(n)`, nats; it carries the error of `evaluation.normaliser`. */
  logDensity(x: Rows): Promise<Float64Array>;
  /** `n` points by flow-assisted chains; with `class` of that class only. */
  sample(n: number, options?: Partial<Omit<DrawOptions, "n">>): Promise<FloatTensor>;
  /** `p(y | x)` of each class, in their order. @throws InputError when the model knows no classes. */
  classify(x: Rows): Promise<ClassProbabilities>;
}

/**
 * Train an energy-based model, and the flow that keeps its mode weights right, on rows `(n, d)`, a tensor or nested arrays.
 *
 * `const model = await fit(rows); const logp = await model.logDensity(points);`
 * With `labels` a classifier is trained that is a density as well.
 * @throws InputError when rows, labels or options make no run. @throws NumericError when training diverges.
 */
export async function fit(
  given: Rows,
  { test = 0.2, validation, progress, labels, classes, ...options }: FitOptions = {},
): Promise<FittedModel> {
  const rows = asRows("fit", given);
  if (rows.shape.length !== 2) throw new InputError(`fit: rows have shape ${showShape(rows.shape)}, expected (n, d)`);
  const share = validation ?? (options.select === "last" ? 0 : 0.1);
  const labelled = labels && labelColumn(labels, rows.shape[0]!);
  const about = { ...(labels ? { label: "labels" } : {}), ...(classes === undefined ? {} : { classes }) };
  const config = resolveConfig({ ...options, data: { file: "rows in memory", validation: share, test, ...about } });
  const columns = Array.from({ length: rows.shape[1]! }, (_, i) => `x${i + 1}`);
  const doubles = tensor(Float64Array.from(rows.data), rows.shape);
  const table = { source: "rows in memory", columns, rows: doubles, ...(labelled ? { labels: labelled } : {}) };
  const data = prepareData(config, table);
  const session = await runSession(await startSession(config, data), progress);
  const judged = trainedModel(config, session.model);
  const energy = energyOf(judged.energy);
  const parameters = trainedParameters(config, config.select === "best" ? session.best().state : session.state());
  const key = runKey(config);
  const evaluation = await evaluateModel(judged, parameters, data, { key: fold(key, "evaluate"), draws: config.draws });
  return {
    evaluation,
    config,
    classes: data.labels?.classes ?? [],
    classify: (x) =>
      classProbabilities(
        { energy: judged.energy, params: parameters.energy },
        standardize(data.standardizer, asRows("classify", x)),
      ),
    async logDensity(x) {
      const e = await energy(standardize(data.standardizer, asRows("logDensity", x)), parameters.energy);
      const shift = evaluation.normaliser.value + logDetScale(data.standardizer);
      return e.map((v) => -v - shift);
    },
    async sample(n, { key: draws = makeKey(config.seed + 1), ...rest } = {}) {
      return (await drawPoints(judged, parameters, data, { n, key: draws, ...rest })).points;
    },
  };
}

/** Labels in memory as a column, rows counted from 0. @throws InputError unless there is one a row, and none is missing. */
function labelColumn(labels: ArrayLike<string | number>, n: number): LabelColumn {
  if (labels.length !== n) throw new InputError(`fit: ${labels.length} labels for ${n} rows; expected one each`);
  const cells = Array.from(labels, (label, i) => {
    if (label === "" || label === undefined || label === null || Number.isNaN(label))
      throw new InputError(`fit: the label of row ${i} (from 0) is missing; give one, or leave the row out`);
    return String(label);
  });
  return { column: "labels", cells, rows: cells.map((_, i) => i) };
}
