/** The final figures of a run as rows of a table, by the names under which those of others stand beside them. */

import type { Evaluation } from "ebbflow/evaluation";
import type { Estimate } from "ebbflow/metrics";
import type { HealthFinding } from "ebbflow/train";

/** What of `summary.json` is needed; one of before has less. */
export interface Judgement {
  readonly steps: number;
  readonly selected: number;
  readonly ended?: boolean;
  readonly evaluation: Evaluation;
  readonly health?: readonly HealthFinding[];
}

/** A number with what is known of its error; plain data. */
export interface Figure {
  /** What it is among others. */
  readonly group: string;
  readonly name: string;
  readonly value: number;
  readonly standardError: number | null;
  readonly interval: readonly [number, number] | null;
}

const LIKELIHOOD = "held-out log-likelihood, nats a row";

/** @param of what is known of it; `null` where the run has none. */
function figure(group: string, name: string, of: Estimate | number | null | undefined): Figure[] {
  if (of === null || of === undefined) return [];
  if (typeof of === "number") return [{ group, name, value: of, standardError: null, interval: null }];
  const { value, standardError, interval } = of;
  return [{ group, name, value, standardError, interval: interval && [interval[0]!, interval[1]!] }];
}

export function figuresOf({ evaluation: found }: Judgement): Figure[] {
  const { model, flow, gaussian, independent, baselines, gain, normaliser, logZ, estimates, truth } = found;
  const laws = baselines?.map(({ name, likelihood }) => [name, likelihood] as const) ?? [
    ["fitted Gaussian", gaussian] as const,
    ["independent columns", independent] as const,
  ];
  const weights = truth?.modeWeights;
  return [
    ...figure(LIKELIHOOD, found.atMost ? "model, at most" : "model", model.mean),
    ...figure(LIKELIHOOD, "flow", flow?.mean),
    ...laws.flatMap(([name, likelihood]) => figure(LIKELIHOOD, name, likelihood?.mean)),
    ...figure(LIKELIHOOD, "model above the best of those", gain),
    ...figure("log Z", "by all estimators together", normaliser ?? logZ.logZ),
    ...(estimates?.rows ?? []).flatMap(({ name, logZ: by }) => figure("log Z", `by ${name}`, by)),
    ...(weights?.truth ?? []).flatMap((share, k) => [
      ...figure(`weight of mode ${k + 1}`, "truth", share),
      ...figure(`weight of mode ${k + 1}`, "model, by quadrature", weights?.model?.weights[k]),
      ...figure(`weight of mode ${k + 1}`, "model, by importance", weights?.modelByImportance.weights[k]),
      ...figure(`weight of mode ${k + 1}`, "flow", weights?.flow?.weights[k]),
      ...figure(`weight of mode ${k + 1}`, "data", weights?.data.weights[k]),
    ]),
    ...figure("against the truth, by quadrature", "KL, nats", truth?.grid?.kl),
    ...figure("against the truth, by quadrature", "total variation", truth?.grid?.totalVariation),
  ];
}
