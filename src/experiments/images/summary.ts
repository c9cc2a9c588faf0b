/** Claims and tables of a study of images. */

import type { Estimate } from "../../metrics/metric.js";
import type { Claim, Finished, Outcome } from "../experiment.js";
import type { ClassWeights } from "./measure.js";
import type { ImageStudy } from "./study.js";
import type { AnomalyResult, ImagesResult, ImagesUnit, WeightsResult } from "./unit.js";

export type FinishedImages = Finished<ImagesUnit, ImagesResult>;

export interface ImagesNumbers {
  readonly weights: readonly WeightsResult[];
  readonly anomalies: readonly AnomalyResult[];
}

export const numbersOf = (finished: readonly FinishedImages[]): ImagesNumbers => ({
  weights: finished.flatMap(({ result }) => (result.kind === "weights" ? [result] : [])),
  anomalies: finished.flatMap(({ result }) => (result.kind === "anomaly" ? [result] : [])),
});

/** The share of each class that the study asks for. */
export function truthOf({ shares }: Pick<ImageStudy, "shares">): Readonly<Record<string, number>> {
  const all = Object.values(shares).reduce((a, b) => a + b, 0);
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, share / all]));
}

const claim = (
  name: string,
  { value, interval }: Pick<Estimate, "value" | "interval">,
  expected: string,
  passed: boolean,
): Claim => ({ name, value, interval: interval ? [interval[0], interval[1]] : null, expected, passed });

/** The weights of the model by what tells them best: its chains, or draws of the flow that are weighted, where these are trusted. */
export const weightsOf = ({ weights: { chains, weighted, note } }: Pick<WeightsResult, "weights">): ClassWeights =>
  note === null && weighted.worth > chains.worth ? weighted : chains;

function claimsOfWeights(study: ImageStudy, result: WeightsResult, seed: string): Claim[] {
  const truth = truthOf(study);
  const { bits, accuracy, jumps } = result;
  const weights = weightsOf(result);
  const off = Object.entries(truth).map(([name, share]) => ({
    name,
    share,
    own: weights.shares[name]!,
  }));
  return [
    ...off.map(({ name, share, own }) =>
      claim(
        `weight of ${study.called[name]} in the model${seed}`,
        own,
        `${share.toFixed(3)} ± ${study.tolerance}`,
        Math.abs(own.value - share) <= study.tolerance,
      ),
    ),
    claim(`share of test images that the judge knows${seed}`, accuracy, "≥ 0.95", accuracy.value >= 0.95),
    claim(
      `bits per dimension that the energy takes from its flow${seed}`,
      bits.gained,
      "> 0, its interval too",
      (bits.gained.interval?.[0] ?? Number.NEGATIVE_INFINITY) > 0,
    ),
    claim(
      `bits per dimension of the model below those of a Gaussian${seed}`,
      { value: bits.gaussian.value - bits.model.value, interval: null },
      "> 0",
      bits.model.value < bits.gaussian.value,
    ),
    claim(`acceptance of jumps${seed}`, jumps, "≥ 0.05, the paper's on CIFAR-10", jumps.value >= 0.05),
  ];
}

const claimsOfAnomaly = ({ areas }: AnomalyResult, seed: string): Claim[] => [
  claim(
    `area under the ROC curve of the energy${seed}`,
    areas.model,
    `≥ that of its flow alone, ${areas.flow.value.toFixed(3)}`,
    areas.model.value >= areas.flow.value,
  ),
];

/** That a unit ran to its end: none of the estimates it tells is missing. */
function claimOfTrial(result: ImagesResult, seed: string): Claim {
  const told =
    result.kind === "weights"
      ? [...Object.values(result.bits), ...Object.values(weightsOf(result).shares), result.jumps]
      : Object.values(result.areas);
  const held = told.filter(({ value }) => Number.isFinite(value)).length;
  const name = `${result.kind}: estimates that are numbers, of a trial that holds nothing else${seed}`;
  return {
    ...claim(name, { value: held / told.length, interval: null }, "all", held === told.length),
    count: [held, told.length],
  };
}

export function claimsOf(study: ImageStudy, finished: readonly FinishedImages[]): Claim[] {
  const seeds = new Set(finished.map(({ unit }) => unit.seed)).size;
  return finished.flatMap(({ unit, result }) => {
    const seed = seeds > 1 ? `, seed ${unit.seed}` : "";
    if (study.settings[unit.budget].trial) return [claimOfTrial(result, seed)];
    return result.kind === "weights" ? claimsOfWeights(study, result, seed) : claimsOfAnomaly(result, seed);
  });
}

export const told = ({ value, interval }: Estimate, digits: number): string =>
  `${value.toFixed(digits)}${interval ? ` [${interval[0].toFixed(digits)}, ${interval[1].toFixed(digits)}]` : ""}`;

/** A row a unit, with what was asked of it. */
export function tableOf(study: ImageStudy, finished: readonly FinishedImages[]): Outcome["table"] {
  const names = Object.keys(study.shares);
  return {
    columns: [
      "unit",
      "bits, model",
      "bits, flow",
      "bits, Gaussian",
      ...names.map((name) => study.called[name]!),
      "jumps",
      "AUROC",
    ],
    rows: finished.map(({ unit, result }) => {
      const what = `${unit.kind}, seed ${unit.seed}`;
      if (result.kind === "anomaly") return [what, "", "", "", ...names.map(() => ""), "", told(result.areas.model, 3)];
      const { bits, jumps } = result;
      const weights = weightsOf(result);
      return [
        what,
        ...[bits.model, bits.flow, bits.gaussian].map((b) => told(b, 3)),
        ...names.map((name) => told(weights.shares[name]!, 3)),
        told(jumps, 3),
        "",
      ];
    }),
  };
}
