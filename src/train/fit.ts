/** The short way: a normalised density from rows, in memory, with every default chosen. */

import type { z } from "zod";
import { logDetScale, standardize } from "../data/standardize.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, showShape, tensor } from "../util/tensor.js";
import { type configSchema, type RunConfig, resolveConfig } from "./config.js";
import { energyOf } from "./density.js";
import { type DrawOptions, drawPoints } from "./draw-points.js";
import { type Evaluation, evaluateModel } from "./evaluate.js";
import { trainLoop } from "./loop.js";
import { buildIteration, buildModel, buildOptimizers, prepareData, runKey } from "./prepare.js";
import { trainedModel, trainedParameters } from "./trained.js";
import { compileTrainer } from "./trainer.js";

/** The configuration of a run, without where its data lie. */
export type FitOptions = Partial<Omit<z.input<typeof configSchema>, "data">> & {
  /** Share of the rows held out for the evaluation. */
  readonly test?: number;
  /** Called after every step; returning `false` ends the training early. */
  readonly progress?: (step: number, metrics: Readonly<Record<string, number>>) => boolean | undefined;
};

/** A trained density. Points are `(n, d)` in the units of the rows it was fitted to. */
export interface FittedModel {
  /** log Z, held-out log-likelihood beside a fitted Gaussian's, each with its error. */
  readonly evaluation: Evaluation;
  readonly config: RunConfig;
  /** Normalised log-density `(n)`, nats; it carries the error of `evaluation.logZ`. */
  logDensity(x: FloatTensor): Promise<Float64Array>;
  /** `n` points by flow-assisted chains. */
  sample(n: number, options?: Partial<Omit<DrawOptions, "n">>): Promise<FloatTensor>;
}

/**
 * Train an energy-based model, and the flow that keeps its mode weights right, on rows `(n, d)`.
 *
 * `const model = await fit(rows); const logp = await model.logDensity(points);`
 * @throws InputError when rows or options make no run. @throws NumericError when training diverges.
 */
export async function fit(
  rows: FloatTensor,
  { test = 0.2, progress, ...options }: FitOptions = {},
): Promise<FittedModel> {
  if (rows.shape.length !== 2) throw new InputError(`fit: rows have shape ${showShape(rows.shape)}, expected (n, d)`);
  const config = resolveConfig({ select: "last", ...options, data: { file: "rows in memory", validation: 0, test } });
  if (config.pretrain > 0) throw new InputError("fit: pretrain is for runs in a folder; leave it out", ["pretrain"]);
  const columns = Array.from({ length: rows.shape[1]! }, (_, i) => `x${i + 1}`);
  const doubles = tensor(Float64Array.from(rows.data), rows.shape);
  const data = prepareData(config, { source: "rows in memory", columns, rows: doubles });
  const model = buildModel(config, data.train.shape.slice(1));
  const { batch, steps, average } = config;
  const optimizers = buildOptimizers(config, steps);
  const trainer = await compileTrainer({ model, iteration: buildIteration(config, model), optimizers, batch, average });
  const key = runKey(config);
  const { state } = await trainLoop(
    { trainer, data: data.train, batch, steps, key: fold(key, "train"), state: trainer.start(key, data.train) },
    progress ? { after: (step, metrics) => progress(step, metrics) } : {},
  );
  const judged = trainedModel(config, model);
  const parameters = trainedParameters(config, state);
  const evaluation = await evaluateModel(judged, parameters, data, { key: fold(key, "evaluate"), draws: config.draws });
  const energy = energyOf(judged.energy);
  return {
    evaluation,
    config,
    async logDensity(x) {
      const e = await energy(standardize(data.standardizer, x), parameters.energy);
      const shift = evaluation.logZ.logZ.value + logDetScale(data.standardizer);
      return e.map((v) => -v - shift);
    },
    async sample(n, { key: given = makeKey(config.seed + 1), ...rest } = {}) {
      return (await drawPoints(judged, parameters, data, { n, key: given, ...rest })).points;
    },
  };
}
