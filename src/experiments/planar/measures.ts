/** Numbers of a training that tables show beside the paper's and claims ask for. */

import { totalVariation } from "../../metrics/goodness/total-variation.js";
import { mean } from "../../util/moments.js";
import type { Measure } from "./declaration.js";

/** `mean (p_k − q_k)²` over the zones. */
const squared = (p: readonly number[], q: readonly number[]): number => mean(p.map((v, k) => (v - q[k]!) ** 2));

/** The weight of one zone, of everything that has one. */
export const zoneMeasures = (zone: number): readonly Measure[] => [
  { name: "model", about: "Its weight under the model, by quadrature.", of: ({ weights }) => weights.model[zone]! },
  {
    name: "chains",
    about: "The share of the persistent chains in it.",
    of: ({ weights }) => weights.chains?.[zone] ?? null,
  },
  { name: "flow", about: "The share of the flow's draws in it.", of: ({ weights }) => weights.flow?.[zone] ?? null },
  { name: "data", about: "The share of the training rows in it.", of: ({ weights }) => weights.data[zone]! },
];

export const weightError: Measure = {
  name: "weight error",
  about: "Total variation between the zones' weights under the model and the true ones.",
  of: ({ weights }, { truth }) => totalVariation({ p: truth, q: weights.model }).value,
};

export const errorOverDraws: Measure = {
  name: "med (log p − log p*)², data",
  about: "The median of (log p − log p*)² over fresh draws of the law of the data.",
  of: ({ logDensityError }) => logDensityError.draws,
};

export const errorOverGrid: Measure = {
  name: "the same, p*-weighted grid",
  about: "The same over a grid whose points are weighted by p*.",
  of: ({ logDensityError }) => logDensityError.grid,
};

export const startsAgainstModel: Measure = {
  name: "start of chains vs E",
  about: "Mean squared difference of the zones' weights: points where chains start against the energy they see.",
  of: ({ zones }) => zones && squared(zones.start, zones.model),
};

export const negativesAgainstModel: Measure = {
  name: "negatives vs E",
  about: "The same of the points at which the energy is raised against the energy they are drawn from.",
  of: ({ zones }) => zones && squared(zones.negatives, zones.model),
};

export const modelAgainstTruth: Measure = {
  name: "E vs p*",
  about: "The same of the model that was learned against the truth.",
  of: ({ weights }, { truth }) => squared(weights.model, truth),
};

export const kl: Measure = { name: "KL", about: "KL(truth ‖ model), nats, by quadrature.", of: (found) => found.kl };
