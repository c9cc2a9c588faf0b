/** What is true of a trained run, for people. */

import { toldInBits } from "../config/registries.js";
import { trains } from "../config/what-is-trained.js";
import { baselinesOf } from "../evaluation/baseline.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { TruthComparison } from "../evaluation/truth.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import { formatEstimate, formatNumber } from "../report/format.js";
import { againstModel } from "../run/coverage.js";
import type { OpenRun } from "../run/open.js";
import type { RunSummary } from "../run/run-summary.js";
import { showFinding } from "../train/health.js";
import { textTable } from "../util/text-table.js";
import { count } from "../util/words.js";
import { wrap } from "../util/wrap.js";
import { showClassScores } from "./show-class-scores.js";
import { showLogZ } from "./show-log-z.js";

/** The value and, below those of others, its 95 % interval. */
function withInterval({ value, interval }: Estimate): string[] {
  const text = formatEstimate({ value, interval, standardError: null });
  const at = text.indexOf(" [");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function showLikelihoods({ config, data }: OpenRun, evaluation: Evaluation): string[] {
  const { model, flow, atMost } = evaluation;
  const rows = data.test.shape[0] ?? 0;
  if (rows === 0) return ["held-out log-likelihood: no rows were held out (data.test is 0)"];
  const isFlow = !trains(config, "energy");
  const table = (of: (l: LogLikelihood) => Estimate | null): string => {
    const line = (name: string, l: LogLikelihood): string[] => {
      const estimate = of(l);
      return estimate ? [name, ...withInterval(estimate)] : [name];
    };
    const lines = [
      line(isFlow ? "model (the flow)" : atMost ? "model, at most" : "model", model),
      ...(flow && !isFlow ? [line("flow", flow)] : []),
      ...baselinesOf(evaluation).map(([name, likelihood]) => line(name, likelihood)),
    ];
    return textTable(lines, "  ");
  };
  return [
    `held-out log-likelihood, nats a row, 95 % intervals (${count(rows, "row")})`,
    table(({ mean }) => mean),
    ...(toldInBits(config)
      ? ["held-out bits per dimension, 95 % intervals", table(({ bitsPerDimension }) => bitsPerDimension)]
      : []),
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
      ? wrap(
          `against the truth, by quadrature: KL ${formatNumber(grid.kl, 3)} nats, total variation ${formatNumber(grid.totalVariation, 3)}, log Z ${formatNumber(grid.logZ)}`,
        )
      : []),
    ...(states
      ? wrap(
          `against the truth, over all ${states.count} states: KL ${formatNumber(states.kl, 3)} nats, total variation ${formatNumber(states.totalVariation, 3)}, log Z ${formatNumber(states.logZ)}`,
        )
      : []),
  ];
}

/** Which of the model and the best baseline is better, and whether that can be believed. */
function showVerdicts({ data }: OpenRun, { verdict, estimates, modes }: Evaluation): string[] {
  const judged = (data.test.shape[0] ?? 0) > 0;
  const { agree, combined, verdict: said } = estimates?.agreement ?? { agree: null, combined: null, verdict: "" };
  // Where nothing is known of log Z, the verdict is that.
  const trust = agree ? `Nothing speaks against its log Z: ${said}` : said;
  return [
    ...(judged ? wrap(verdict) : []),
    ...(judged && combined ? wrap(trust) : []),
    ...(modes ? wrap(modes.verdict) : []),
  ];
}

/** Words for the terminal, the most important first; sentences are broken into lines that fit. */
export function showSummary(run: OpenRun, summary: RunSummary): string[] {
  const { steps, selected, ended, evaluation, calibration, health = [] } = summary;
  const against = calibration && againstModel(calibration);
  const { config, directory } = run;
  const kept =
    selected === 0
      ? "judged as it started: no step made validation rows more likely by more than the error"
      : `judged as it was after step ${selected}, the best on validation rows`;
  const which = selected === steps ? "" : `, ${kept}`;
  const verdicts = [...showVerdicts(run, evaluation), ...(against ? wrap(against) : [])];
  return [
    ...verdicts,
    ...(verdicts.length > 0 ? [""] : []),
    ...wrap(
      `${directory.path}: ${count(steps, "step")} of ${config.steps}${ended ? " (ended there by its patience)" : ""}${which}`,
    ),
    "",
    ...showLikelihoods(run, evaluation),
    ...showTruth(evaluation.truth),
    ...(evaluation.classes ? ["", ...showClassScores(evaluation.classes, "held-out")] : []),
    "",
    ...showLogZ(evaluation),
    ...(health.length === 0
      ? []
      : ["", "training health", ...health.flatMap((finding) => wrap(showFinding(finding), { first: "  " }))]),
  ];
}
