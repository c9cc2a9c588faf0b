/** A configuration with everything it computes with, as a run has it, without a folder. */

import { type RunConfig, resolveConfig } from "../../src/config/config.js";
import {
  buildIteration,
  buildModel,
  buildOptimizers,
  prepareData,
  type RunData,
  runKey,
} from "../../src/config/prepare.js";
import type { Iteration, Model } from "../../src/objectives/objective.js";
import { fold, type Key } from "../../src/random/key.js";
import type { LoopSpec } from "../../src/train/loop.js";
import { compileTrainer, type Trainer } from "../../src/train/trainer.js";

export interface Assembled {
  readonly config: RunConfig;
  readonly key: Key;
  readonly data: RunData;
  readonly model: Model;
  readonly iteration: Iteration;
  readonly trainer: Trainer;
  /** The training from its start to its last step. */
  readonly spec: LoopSpec;
}

/** Resolve, build and compile. */
export async function assemble(given: object): Promise<Assembled> {
  const config = resolveConfig(given);
  const { batch, steps, average } = config;
  const data = prepareData(config, undefined);
  const model = buildModel(config, data.train.shape.slice(1));
  const iteration = buildIteration(config, model);
  const trainer = await compileTrainer({
    model,
    iteration,
    optimizers: buildOptimizers(config, steps),
    batch,
    average,
  });
  const key = runKey(config);
  const state = trainer.start(key, data.train);
  const spec = { trainer, data: data.train, batch, steps, key: fold(key, "train"), state };
  return { config, key, data, model, iteration, trainer, spec };
}
