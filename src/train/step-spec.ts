/** The programs of a training, as a configuration has them. */

import type { RunConfig } from "../config/config.js";
import { buildIteration, buildOptimizers } from "../config/prepare.js";
import type { Model } from "../objectives/objective.js";
import type { TrainerSpec } from "./trainer.js";

/** What every step of a training is. */
export function stepOf(config: RunConfig, model: Model): TrainerSpec {
  const { batch, steps, average, onDivergence } = config;
  const [iteration, optimizers] = [buildIteration(config, model), buildOptimizers(config, steps)];
  return { model, iteration, optimizers, batch, average, slowable: onDivergence === "rollback", steps };
}

/** What fits a flow before the training, if anything does. */
export function fitOf(config: RunConfig, model: Model): TrainerSpec | undefined {
  const { batch, average, pretrain: steps, pretrainBy } = config;
  if (steps === 0 || !model.flow) return undefined;
  const iteration = buildIteration({ objective: { name: pretrainBy }, batch }, model);
  return { model, iteration, batch, average, optimizers: buildOptimizers(config, steps) };
}
