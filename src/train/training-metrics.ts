/** Every number that a training reports, by name: those that objectives declare, and the trainer's own. */

import { registries } from "../config/registries.js";
import { type Group, modelGroups, type OwnGroup } from "../objectives/objective.js";
import type { HealthMeaning, TrainingMetric, TrainingMetrics } from "../objectives/training-metric.js";
import { mapValues, type Named, withPrefix } from "../util/records.js";

const norms = {
  title: "Norms of gradients",
  yLabel: "norm",
  caption: "Of each group of parameters.",
  log: true,
} as const;

/** The trainer's own: how long the gradient of a group is. */
const gradientNorm = ({ role }: Pick<OwnGroup, "role">, group: Group): TrainingMetric => ({
  about: `Length of the gradient by the parameters of ${group}.`,
  unit: "number",
  label: group,
  figure: norms,
  ...(role ? { role } : {}),
  healthAs: "gradientNorm",
});

const groups = Object.assign({ ...modelGroups }, ...registries.objectives.map(({ ownGroups }) => ownGroups));

/** What each of them means. One name has one meaning, whichever objective reports it. */
export const trainingMetrics: TrainingMetrics = {
  ...Object.assign({}, ...registries.objectives.map(({ metrics }) => metrics)),
  ...withPrefix("gradientNorm.", mapValues(groups, gradientNorm)),
};

/** The values of a step by what health may ask for: of several of one meaning the first that is reported. */
export function byMeaning(values: Named<number>): Readonly<Partial<Record<HealthMeaning, number>>> {
  const found: Partial<Record<HealthMeaning, number>> = {};
  for (const [name, value] of Object.entries(values)) {
    const meaning = trainingMetrics[name]?.healthAs;
    if (meaning !== undefined) found[meaning] ??= value;
  }
  return found;
}
