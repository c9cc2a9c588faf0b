/** What is true of a trained run, for people. */

import { trains } from "../config/what-is-trained.js";
import { baselinesOf } from "../evaluation/baseline.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { TruthComparison } from "../evaluation/truth.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import { formatEstimate, formatNumber } from "../report/format.js";
import type { OpenRun } from "../run/open.js";
import type { RunSummary } from "../run/run-summary.js";
import { showFinding } from "../train/health.js";
import { textTable } from "../util/text-table.js";
import { showClassScores } from "./show-class-scores.js";

/** The value with its 95 % interval instead of its standard error. */
const withInterval = ({ value, interval }: Estimate): string =>
  formatEstimate({ value, interval, standardError: null });

const plural = (n: number, one: string): string => `${n} ${one}${n === 1 ? "" : "s"}`;

/** A summary written before log Z had more than one estimator. */
function showImportance({ logZ, proposal, draws, pareto, note }: Evaluation["logZ"]): string[] {
  const by = proposal === "flow" ? "draws of the flow" : "draws of a wide Gaussian";
  return [
    `log Z  ${formatEstimate(logZ)}  (importance sampling, ${draws} ${by}; Pareto k ${formatNumber(pareto.k, 2)})`,
    ...(note ? [`       not to be trusted: ${note}`] : []),
  ];
}

/** Digits beyond those of single precision are of no use to anyone. */
const showFound = (found: Estimate): string =>
  found.standardError !== null && found.standardError < 1e-6
    ? found.value.toFixed(6)
    : formatEstimate({ ...found, interval: null });

function showLogZ({ logZ, estimates }: Evaluation): string[] {
  if (!estimates) return showImportance(logZ);
  const numbers = estimates.rows.map(({ name, logZ: found, ess }) => [
    name,
    showFound(found),
    ess === null ? "" : `ESS ${formatNumber(Math.round(ess))}`,
  ]);
  // Words follow the numbers to the left, which columns to the right cannot.
  const lines = textTable(numbers, "  ").split("\n");
  const width = lines.reduce((w, line) => Math.max(w, [...line].length), 0);
  return [
    "log Z in the coordinates of the model, nats",
    ...estimates.rows.map(({ from, note }, i) => {
      const space = " ".repeat(width - [...(lines[i] ?? "")].length);
      return `${lines[i]}${space}  ${from}${note ? ` (not counted: ${note.replace(/: not counted$/, "")})` : ""}`;
    }),
    ...estimates.skipped
      .filter(({ reason }) => reason.startsWith("failed"))
      .map(({ name, reason }) => `  ${name} ${reason}`),
    estimates.agreement.verdict,
  ];
}

function showLikelihoods({ config, data }: OpenRun, evaluation: Evaluation): string[] {
  const { model, flow, atMost } = evaluation;
  const rows = data.test.shape[0] ?? 0;
  if (rows === 0) return ["held-out log-likelihood: no rows were held out (data.test is 0)"];
  const isFlow = !trains(config, "energy");
  const table = (of: (l: LogLikelihood) => Estimate | null): string => {
    const line = (name: string, l: LogLikelihood): string[] => {
      const estimate = of(l);
      return estimate ? [name, withInterval(estimate)] : [name];
    };
    const lines = [
      line(isFlow ? "model (the flow)" : atMost ? "model, at most" : "model", model),
      ...(flow && !isFlow ? [line("flow", flow)] : []),
      ...baselinesOf(evaluation).map(([name, likelihood]) => line(name, likelihood)),
    ];
    return textTable(lines, "  ");
  };
  return [
    `held-out log-likelihood, nats a row, 95 % intervals (${plural(rows, "row")})`,
    table(({ mean }) => mean),
    "held-out bits per dimension, 95 % intervals",
    table(({ bitsPerDimension }) => bitsPerDimension),
  ];
}

function showModes(weights: NonNullable<TruthComparison["modeWeights"]>): string[] {
  const { truth, model, modelByImportance, flow, data } = weights;
  const four = (x: number): string => x.toFixed(4);
  const heads = [
    "truth",
    ...(model ? ["model, by quadrature"] : []),
    "model, by importance",
    ...(flow ? ["flow"] : []),
    "data",
  ];
  const rows = truth.map((w, k) => [
    `mode ${k + 1}`,
    four(w),
    ...(model ? [four(model.weights[k] ?? Number.NaN)] : []),
    ...[modelByImportance, ...(flow ? [flow] : []), data].map(({ weights: all }) => {
      const estimate = all[k];
      return estimate ? formatEstimate(estimate) : "";
    }),
  ]);
  return ["weights of the modes", textTable([["", ...heads], ...rows], "  ")];
}

function showTruth(truth: TruthComparison | null): string[] {
  if (!truth) return [];
  const { modeWeights, grid, states } = truth;
  return [
    ...(modeWeights ? ["", ...showModes(modeWeights)] : []),
    ...(grid
      ? [
          `against the truth, by quadrature: KL ${formatNumber(grid.kl, 3)} nats, total variation ${formatNumber(grid.totalVariation, 3)}, log Z ${formatNumber(grid.logZ)}`,
        ]
      : []),
    ...(states
      ? [
          `against the truth, over all ${states.count} states: KL ${formatNumber(states.kl, 3)} nats, total variation ${formatNumber(states.totalVariation, 3)}, log Z ${formatNumber(states.logZ)}`,
        ]
      : []),
  ];
}

/** Words for the terminal, one a line. */
export function showSummary(run: OpenRun, { steps, selected, ended, evaluation, health = [] }: RunSummary): string[] {
  const { config, directory, data } = run;
  const kept =
    selected === 0
      ? "judged as it started: no step made validation rows more likely by more than the error"
      : `judged as it was after step ${selected}, the best on validation rows`;
  const which = selected === steps ? "" : `, ${kept}`;
  const judged = (data.test.shape[0] ?? 0) > 0;
  return [
    `${directory.path}: ${plural(steps, "step")} of ${config.steps}${ended ? " (ended there by its patience)" : ""}${which}`,
    "",
    ...showLogZ(evaluation),
    "",
    ...showLikelihoods(run, evaluation),
    ...(judged ? [evaluation.verdict] : []),
    ...(evaluation.modes ? [evaluation.modes.verdict] : []),
    ...showTruth(evaluation.truth),
    ...(evaluation.classes ? ["", ...showClassScores(evaluation.classes, "held-out")] : []),
    ...(health.length === 0 ? [] : ["", "training health", ...health.map((finding) => `  ${showFinding(finding)}`)]),
  ];
}
