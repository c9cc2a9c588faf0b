/** A configuration trained in memory, as the units of experiments do it. */

import type { RunConfig } from "../config/config.js";
import {
  buildIteration,
  buildModel,
  buildOptimizers,
  distributionOf,
  prepareData,
  type RunData,
  runKey,
} from "../config/prepare.js";
import type { Distribution } from "../data/dataset.js";
import type { Model } from "../objectives/objective.js";
import { fold } from "../random/key.js";
import { type LoopHooks, trainLoop } from "../train/loop.js";
import { compileTrainer, type TrainState } from "../train/trainer.js";

/** What is there before the first step. */
export interface Prepared {
  readonly distribution: Distribution;
  readonly data: RunData;
  readonly model: Model;
  /** Whether the objective trains the flow. */
  readonly trainsFlow: boolean;
}

/** Rows and model of a configuration whose data set has an exact density, and a function that trains it. */
export async function prepareTraining(
  config: RunConfig,
): Promise<Prepared & { train(hooks: LoopHooks): Promise<TrainState> }> {
  const data = prepareData(config, undefined);
  const model = buildModel(config, data.train.shape.slice(1));
  const iteration = buildIteration(config, model);
  const { batch, average, steps } = config;
  const trainer = await compileTrainer({
    model,
    iteration,
    optimizers: buildOptimizers(config, steps),
    batch,
    average,
  });
  const key = runKey(config);
  return {
    distribution: distributionOf(config)!,
    data,
    model,
    trainsFlow: iteration.groups.includes("flow"),
    async train(hooks) {
      const { state } = await trainLoop(
        {
          ...{ trainer, data: data.train, batch, steps, key: fold(key, "train") },
          state: trainer.start(key, data.train),
          // What drifts is shown because it drifts: that is no reason to stop it.
          largestGap: Number.POSITIVE_INFINITY,
        },
        hooks,
      );
      return state;
    },
  };
}
