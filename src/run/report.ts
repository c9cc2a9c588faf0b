/** `report.html` of a run: what came out, what it looks like, and how it got there. */

import { existsSync } from "node:fs";
import { basename } from "node:path";
import { isDiscrete } from "../config/registries.js";
import { trains } from "../config/what-is-trained.js";
import { baselinesOf } from "../evaluation/baseline.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { TruthComparison } from "../evaluation/truth.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Trained } from "../model/trained.js";
import { newDocument } from "../report/document.node.js";
import { barsFigure } from "../report/figures/bars.js";
import { type Page, type PageSection, renderPage } from "../report/page.js";
import type { Table } from "../report/table.js";
import { readJournal } from "../store/journal.js";
import { showFinding } from "../train/health.js";
import { COLUMNS, densityFigures } from "./density-figures.js";
import type { OpenRun } from "./open.js";
import type { RunSummary } from "./run-summary.js";
import { trainingFigures } from "./training-figures.js";

/** The page as text. Equal runs give equal pages. */
export async function renderReport(run: OpenRun, trained: Trained, summary: RunSummary): Promise<string> {
  const { config, directory } = run;
  const { evaluation, steps, selected } = summary;
  const source = config.data.dataset ?? basename(config.data.file ?? "data");
  const which = selected === steps ? "" : ` The parameters are those of step ${selected}, the best on validation rows.`;
  const columns = run.data.columns.length;
  const figures = await densityFigures(run, trained);
  const journal = existsSync(directory.files.metrics) ? readJournal(directory.files.metrics) : [];
  const sections: PageSection[] = [
    { heading: "Held-out rows", text: heldOutText(run, evaluation), table: likelihoods(run, evaluation) },
    ...logZSection(evaluation),
    ...modeSection(evaluation.truth),
    ...classSection(run, evaluation),
    {
      heading: "The learned density",
      figures,
      ...(columns > COLUMNS && !isDiscrete(config) ? { text: `The first ${COLUMNS} of ${columns} columns.` } : {}),
    },
    { heading: "Training", figures: trainingFigures(journal, run), ...healthText(summary) },
  ];
  const { info } = directory;
  const page: Page = {
    title: `${config.objective.name} on ${source}`,
    intro: `${steps} of ${config.steps} steps on ${run.data.train.shape[0]} rows of ${columns} ${columns === 1 ? "column" : "columns"}.${which}\n\n${evaluation.verdict}${evaluation.modes ? `\n\n${evaluation.modes.verdict}` : ""}`,
    sections: sections.filter(({ figures: drawn }) => drawn === undefined || drawn.length > 0),
    footer: `ebbflow ${info.ebbflow}, Node ${info.node}, ${info.platform}, seed ${info.seed}. The configuration is config.yaml beside this page, its hash ${info.configHash.slice(0, 12)}; the numbers are in summary.json and metrics.ndjson.`,
  };
  return renderPage(page, newDocument());
}

/** What was wrong with the training, before its pictures. */
const healthText = ({ health = [] }: RunSummary): Pick<PageSection, "text"> =>
  health.length === 0 ? {} : { text: health.map(showFinding).join("\n\n") };

function heldOutText({ config, data }: OpenRun, { truth }: Evaluation): string {
  const known = truth?.grid ?? truth?.states;
  const against = known
    ? ` Against the truth, by ${truth?.grid ? "quadrature" : "the sum over all states"}: KL(truth ‖ model) ${known.kl.toPrecision(3)} nats, total variation ${known.totalVariation.toPrecision(3)}.`
    : "";
  const units = isDiscrete(config) ? "" : ", in the units of the data";
  return `Mean log-likelihood of ${data.test.shape[0]} rows that training never saw, in nats a row and bits per dimension${units}.${against}`;
}

function likelihoods({ config }: OpenRun, evaluation: Evaluation): Table {
  const { normaliser, model, flow, gain, atMost } = evaluation;
  const baselines = baselinesOf(evaluation);
  const isFlow = !trains(config, "energy");
  const bound = atMost ? ", at most" : "";
  const row = (name: string, { mean, bitsPerDimension }: LogLikelihood) => [name, mean, bitsPerDimension] as const;
  return {
    columns: ["", "nats a row", "bits per dimension"],
    rows: [
      row(isFlow ? "model (the flow)" : `model${bound}`, model),
      ...(flow && !isFlow ? [row("flow", flow)] : []),
      ...baselines.map(([name, likelihood]) => row(name, likelihood)),
      [`model ahead of the ${baselines.map(([name]) => name).join(", ")}${bound}`, gain, null],
      [`log Z${atMost ? ", at least" : ""}`, normaliser, null],
    ],
  };
}

function logZSection({ estimates }: Evaluation): PageSection[] {
  if (!estimates) return [];
  const { rows, agreement } = estimates;
  return [
    {
      heading: "The normaliser",
      text: `log Z in the coordinates of the model, nats. ${agreement.verdict}`,
      table: {
        columns: ["estimator", "log Z", "effective draws", "from", "note"],
        rows: rows.map(({ name, logZ, ess, from, note }) => [
          name,
          logZ,
          ess === null ? null : Math.round(ess),
          from,
          note ?? "",
        ]),
      },
    },
  ];
}

function classSection({ data }: OpenRun, { classes }: Evaluation): PageSection[] {
  if (!classes || !data.labels) return [];
  const { accuracy, logLoss, brier, calibration, rows, commonest } = classes;
  const chance = calibration.byChance
    ? ` Right probabilities have a calibration error of ${calibration.byChance.mean.toFixed(3)} ± ${calibration.byChance.standardDeviation.toFixed(3)} by chance.`
    : "";
  return [
    {
      heading: `Classes: ${data.labels.column}`,
      text: `${data.labels.classes.join(", ")}; probabilities of ${rows} rows that training never saw. To say the commonest class always is right in ${commonest.toFixed(3)} of them.${chance}`,
      table: {
        columns: ["", "value"],
        rows: [
          ["accuracy", accuracy],
          ["log-loss, nats a row", logLoss],
          ["Brier score", brier],
          ["calibration error", calibration.error],
          ["confidence less accuracy", calibration.overconfidence],
        ],
      },
    },
  ];
}

function modeSection(truth: TruthComparison | null): PageSection[] {
  const weights = truth?.modeWeights;
  if (!weights) return [];
  const figure = barsFigure({
    title: "Weights of the modes",
    groups: weights.truth.map((_, k) => `mode ${k + 1}`),
    series: [
      { name: "model", role: "ebm", estimates: weights.modelByImportance.weights },
      ...(weights.flow ? [{ name: "flow", role: "flow" as const, estimates: weights.flow.weights }] : []),
      { name: "data", role: "data", estimates: weights.data.weights },
    ],
    truth: weights.truth,
  });
  const numbers: Table = {
    columns: ["mode", "truth", "model, by quadrature", "model, by importance", "flow", "data"],
    rows: weights.truth.map((w, k) => [
      `mode ${k + 1}`,
      w,
      weights.model?.weights[k] ?? null,
      weights.modelByImportance.weights[k] ?? null,
      weights.flow?.weights[k] ?? null,
      weights.data.weights[k] ?? null,
    ]),
  };
  return [
    {
      heading: "Weights of the modes",
      figures: [{ figure, caption: "With 95 % intervals; dashed: the truth.", numbers }],
    },
  ];
}
