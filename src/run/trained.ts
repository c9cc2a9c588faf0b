/** What a run has learned, as the model that is judged and sampled: only what its objective trains counts. */

import * as objectives from "../objectives/members.js";
import type { Group, Model } from "../objectives/objective.js";
import type { RunConfig } from "../train/config.js";
import type { Learned } from "../train/evaluate.js";
import { learned, type TrainState } from "../train/trainer.js";
import { findMember } from "../util/options.js";

/** Whether the objective of a run trains a group. */
export const trains = ({ objective }: RunConfig, group: Group): boolean =>
  findMember("objective", Object.values(objectives), objective.name).trains.includes(group);

/** The run's model; where only the flow is trained, the flow itself is the energy, with a `log Z` of 0. */
export function trainedModel({ config, model }: { readonly config: RunConfig; readonly model: Model }): Model {
  return trains(config, "energy") || !model.flow ? model : { ...model, energy: model.flow };
}

/** The parameters of `trainedModel`; a flow that nothing has fitted is left out, since it proposes nothing of use. */
export function trainedParameters(config: RunConfig, state: TrainState): Learned {
  const flow = trains(config, "flow") || config.pretrain > 0 ? learned(state, "flow") : undefined;
  return { energy: trains(config, "energy") ? learned(state, "energy") : flow, flow };
}
