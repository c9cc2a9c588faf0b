/** The short way: a normalised density from rows, in memory, with every default chosen. */

import type { z } from "zod";
import { logDetScale, standardize } from "../data/standardize.js";
import { energyOf } from "../energies/evaluate.js";
import { fold, makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, showShape, tensor } from "../util/tensor.js";
import { type configSchema, type RunConfig, resolveConfig } from "./config.js";
import { type DrawOptions, drawPoints } from "./draw-points.js";
import { type Evaluation, evaluateModel, heldOut } from "./evaluate.js";
import { trainLoop } from "./loop.js";
import { buildIteration, buildModel, buildOptimizers, prepareData, runKey } from "./prepare.js";
import { trainedModel, trainedParameters } from "./trained.js";
import { compileTrainer, type TrainState } from "./trainer.js";

/** The configuration of a run, without where its data lie. */
export type FitOptions = Partial<Omit<z.input<typeof configSchema>, "data">> & {
  /** Share of the rows held out for the evaluation. */
  readonly test?: number;
  /** Share of the rows that choose the best parameters, every `evaluateEvery` steps: few rows are soon over-fitted. */
  readonly validation?: number;
  /** Called after every step; returning `false` ends the training early. */
  readonly progress?: (step: number, metrics: Readonly<Record<string, number>>) => boolean | undefined;
};

/** A trained density. Points are `(n, d)` in the units of the rows it was fitted to. */
export interface FittedModel {
  /** log Z, held-out log-likelihood beside a fitted Gaussian's, each with its error. */
  readonly evaluation: Evaluation;
  readonly config: RunConfig;
  /** Normalised log-density `(n)`, nats; it carries the error of `evaluation.normaliser`. */
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
  { test = 0.2, validation, progress, ...options }: FitOptions = {},
): Promise<FittedModel> {
  if (rows.shape.length !== 2) throw new InputError(`fit: rows have shape ${showShape(rows.shape)}, expected (n, d)`);
  const share = validation ?? (options.select === "last" ? 0 : 0.1);
  const config = resolveConfig({ ...options, data: { file: "rows in memory", validation: share, test } });
  if (config.pretrain > 0) throw new InputError("fit: pretrain is for runs in a folder; leave it out", ["pretrain"]);
  const columns = Array.from({ length: rows.shape[1]! }, (_, i) => `x${i + 1}`);
  const doubles = tensor(Float64Array.from(rows.data), rows.shape);
  const data = prepareData(config, { source: "rows in memory", columns, rows: doubles });
  const model = buildModel(config, data.train.shape.slice(1));
  const { batch, steps, average } = config;
  const optimizers = buildOptimizers(config, steps);
  const trainer = await compileTrainer({ model, iteration: buildIteration(config, model), optimizers, batch, average });
  const key = runKey(config);
  const judged = trainedModel(config, model);
  const energy = energyOf(judged.energy);
  const start = trainer.start(key, data.train);
  const best = newBest();
  const { state } = await trainLoop(
    { trainer, data: data.train, batch, steps, key: fold(key, "train"), state: start },
    {
      after: async (step, metrics, at) => {
        if (config.select === "best" && (step % config.evaluateEvery === 0 || step === steps)) {
          const given = trainedParameters(config, at);
          const seed = fold(key, "validation");
          const { likelihood } = await heldOut(judged, given, data.validation, seed, config.draws, energy);
          best.offer(likelihood.mean.value, at);
        }
        return progress?.(step, metrics);
      },
    },
  );
  const parameters = trainedParameters(config, best.state() ?? state);
  const evaluation = await evaluateModel(judged, parameters, data, { key: fold(key, "evaluate"), draws: config.draws });
  return {
    evaluation,
    config,
    async logDensity(x) {
      const e = await energy(standardize(data.standardizer, x), parameters.energy);
      const shift = evaluation.normaliser.value + logDetScale(data.standardizer);
      return e.map((v) => -v - shift);
    },
    async sample(n, { key: given = makeKey(config.seed + 1), ...rest } = {}) {
      return (await drawPoints(judged, parameters, data, { n, key: given, ...rest })).points;
    },
  };
}

/** Keeps the state of the highest finite value. */
function newBest(): { offer(value: number, state: TrainState): void; state(): TrainState | undefined } {
  let kept: { readonly value: number; readonly state: TrainState } | undefined;
  return {
    offer(value, state) {
      if (Number.isFinite(value) && (kept === undefined || value > kept.value)) kept = { value, state };
    },
    state: () => kept?.state,
  };
}
