/** A configuration trained in memory, as the units of experiments do it. */

import type { RunConfig } from "../config/config.js";
import { distributionOf, prepareData, type RunData } from "../config/prepare.js";
import { trains } from "../config/what-is-trained.js";
import type { Distribution } from "../data/dataset.js";
import type { Model } from "../objectives/objective.js";
import { type AfterStep, runSession } from "../train/run-session.js";
import { startSession } from "../train/start.js";
import type { TrainState } from "../train/trainer.js";

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
): Promise<Prepared & { train(after: AfterStep): Promise<TrainState> }> {
  const data = prepareData(config, undefined);
  // What drifts is shown because it drifts: that is no reason to stop it.
  const session = await startSession(config, data, { largestGap: Number.POSITIVE_INFINITY });
  return {
    distribution: distributionOf(config)!,
    data,
    model: session.model,
    trainsFlow: trains(config, "flow"),
    train: async (after) => (await runSession(session, after)).state(),
  };
}
