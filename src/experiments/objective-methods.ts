/** Ways to train an energy that are compared: what objectives declare is expected of them, and on which targets. */

import * as members from "../objectives/members.js";
import type { Expectation, Objective } from "../objectives/objective.js";

export interface ObjectiveMethod extends Pick<Expectation, "weights" | "why" | "learningRate"> {
  readonly objective: { readonly name: string } & Readonly<Record<string, unknown>>;
}

// What their options are is of no interest here.
const objectives = Object.values(members) as unknown as readonly Objective[];

const declared = objectives.flatMap(({ name, expected = [] }) =>
  expected.map(({ as = name.replaceAll("-", " "), options, ...facts }): [string, ObjectiveMethod] => [
    as,
    { ...facts, objective: { name, ...options } },
  ]),
);

/** By what they are called, those that can get the weights right first. */
export const objectiveMethods: Readonly<Record<string, ObjectiveMethod>> = Object.fromEntries(
  ["right", "wrong"].flatMap((weights) => declared.filter(([, method]) => method.weights === weights)),
);

/** Targets with separated modes of unequal weight. */
export const objectiveTargets = {
  "two modes 2:1": { dataset: "two-modes", options: {} },
  "eight Gaussians 1:…:8": { dataset: "eight-gaussians", options: { weights: "linear" } },
} as const;

export type TargetName = keyof typeof objectiveTargets;
