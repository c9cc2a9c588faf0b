/** What training has learned, as the model that is judged and sampled: only what its objective trains counts. */

import type { Learned } from "../inference/learned.js";
import { learned } from "../inference/learned.js";
import * as objectives from "../objectives/members.js";
import { factsOf, type Group, type Model } from "../objectives/objective.js";
import { findMember } from "../util/options.js";
import type { Named } from "../util/records.js";
import type { Tensor } from "../util/tensor.js";
import type { RunConfig } from "./config.js";
import { startsFitted } from "./registries.js";

const declared = ({ objective }: RunConfig) => findMember("objective", Object.values(objectives), objective.name);

/** Whether the objective of a configuration trains a group. */
export const trains = (config: RunConfig, group: Group): boolean =>
  factsOf(declared(config), config.objective).trains.includes(group);

/** Steps that close a training, where it is not said how many: at most, and at least. */
const [MOST, FEWEST] = [100, 10];

/** Steps that close the training of a configuration, after those of its objective; none of images, of which 2048 a step take gigabytes. */
export function closingSteps(config: RunConfig): number {
  if (config.closing !== null) return config.closing;
  if (config.data.image) return 0;
  const usual = Math.min(MOST, Math.floor(config.steps / 10));
  return declared(config).closes && usual >= FEWEST ? usual : 0;
}

/** The model; where only the flow is trained, the flow itself is the energy, with a `log Z` of 0. */
export const trainedModel = (config: RunConfig, model: Model): Model =>
  trains(config, "energy") || !model.flow ? model : { ...model, energy: model.flow };

/** The parameters of `trainedModel`; a flow that nothing has fitted is left out, since it proposes nothing of use. */
export function trainedParameters(config: RunConfig, state: Named<Tensor>): Learned {
  const flow =
    trains(config, "flow") || config.pretrain > 0 || startsFitted(config) ? learned(state, "flow") : undefined;
  return { energy: trains(config, "energy") ? learned(state, "energy") : flow, flow };
}
