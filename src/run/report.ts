/** `report.html` of a run: what came out, what it looks like, and how it got there. */

import { basename } from "node:path";
import { toldInBits } from "../config/registries.js";
import { trains } from "../config/what-is-trained.js";
import { baselinesOf } from "../evaluation/baseline.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { LogLikelihood } from "../metrics/goodness/log-likelihood.js";
import type { Estimate } from "../metrics/metric.js";
import { newDocument } from "../report/document.node.js";
import { formatEstimate } from "../report/format.js";
import { type Page, type PageFigure, type PageSection, renderPage } from "../report/page.js";
import type { Table } from "../report/table.js";
import { showFinding } from "../train/health.js";
import { count } from "../util/words.js";
import * as figures from "./figures/members.js";
import type { OpenRun } from "./open.js";
import { aheadOf } from "./rivals.js";
import type { RunSummary } from "./run-summary.js";
import { trainingFigures } from "./training-figures.js";
import type { RunView } from "./view.js";

/** The page as text. Equal runs give equal pages. */
export async function renderReport(view: RunView): Promise<string> {
  const { run, summary, journal } = view;
  const { config } = run;
  const { evaluation, steps, selected } = summary;
  const source = config.data.dataset ?? basename(config.data.file ?? "data");
  const kept =
    selected === 0
      ? "The parameters are those it started from: no step made validation rows more likely by more than the error."
      : `The parameters are those of step ${selected}, the best on validation rows.`;
  const which = selected === steps ? "" : ` ${kept}`;
  const columns = run.data.columns.length;
  const drawn = await drawnFigures(view);
  const one = (name: string): readonly PageFigure[] => (drawn.has(name) ? [drawn.get(name)!] : []);
  // What the model has learned in one picture: the first that its points allow.
  const [opening] = ["images", "density", "pairs", "shares", "marginals", "categories"].filter((name) =>
    drawn.has(name),
  );
  const rest = ["truth", "pairs", "pair-shares", "marginals", "categories"].filter((name) => name !== opening);
  const sections: PageSection[] = [
    {
      heading: "Held-out rows",
      text: heldOutText(run, evaluation),
      table: likelihoods(run, evaluation, await aheadOf(view)),
      figures: one("baselines"),
    },
    { heading: "Calibration", figures: [...one("calibration"), ...one("energies")] },
    { heading: "Chains", figures: one("chains") },
    ...logZSection(evaluation),
    {
      heading: "Weights of the modes",
      figures: one("modes"),
      ...(evaluation.modes ? { text: evaluation.modes.verdict } : {}),
    },
    ...classSection(run, evaluation),
    { heading: "The learned density", figures: rest.flatMap(one) },
    { heading: "Training", figures: [...one("learning"), ...trainingFigures(journal, run)], ...healthText(summary) },
  ];
  const { info } = run.directory;
  const page: Page = {
    title: `${config.objective.name} on ${source}`,
    ...(opening ? { picture: drawn.get(opening)! } : {}),
    verdict: evaluation.verdict,
    intro: `${steps} of ${config.steps} steps on ${count(run.data.train.shape[0] ?? 0, "row")} of ${count(columns, "column")}.${which}`,
    sections: sections.filter(({ figures, table }) => table || figures === undefined || figures.length > 0),
    footer: `ebbflow ${info.ebbflow}, Node ${info.node}, ${info.platform}, seed ${info.seed}${summary.engine ? `, computed by ${summary.engine}` : ""}. The configuration is config.yaml beside this page, its hash ${info.configHash.slice(0, 12)}; the numbers are in summary.json and metrics.ndjson.`,
  };
  return renderPage(page, newDocument());
}

/** Every figure that the run allows, by its name. */
async function drawnFigures(view: RunView): Promise<ReadonlyMap<string, PageFigure>> {
  const drawn = new Map<string, PageFigure>();
  for (const figure of Object.values(figures))
    if (figure.whyNot(view) === null) drawn.set(figure.name, await figure.draw(view));
  return drawn;
}

/** What was wrong with the training, before its pictures. */
const healthText = ({ health = [] }: RunSummary): Pick<PageSection, "text"> =>
  health.length === 0 ? {} : { text: health.map(showFinding).join("\n\n") };

function heldOutText({ config, data }: OpenRun, { truth, normaliser, atMost }: Evaluation): string {
  const known = truth?.grid ?? truth?.states;
  const against = known
    ? ` Against the truth, by ${truth?.grid ? "quadrature" : "the sum over all states"}: KL(truth ‖ model) ${known.kl.toPrecision(3)} nats, total variation ${known.totalVariation.toPrecision(3)}.`
    : "";
  return `Mean log-likelihood of ${count(data.test.shape[0] ?? 0, "row")} that training never saw, in nats a row${toldInBits(config) ? " and bits per dimension" : ", in the units of the data"}, and how far the model is ahead of each of the others on the same rows, with standard errors. log Z is ${atMost ? "at least " : ""}${formatEstimate(normaliser)}.${against}`;
}

/** Likelihoods, and how far the model is ahead of each of the others. */
function likelihoods(
  { config }: OpenRun,
  evaluation: Evaluation,
  ahead: readonly { readonly name: string; readonly ahead: Estimate }[],
): Table {
  const { model, flow, atMost } = evaluation;
  const isFlow = !trains(config, "energy");
  const bound = atMost ? ", at most" : "";
  const bits = toldInBits(config);
  const row = (name: string, { mean, bitsPerDimension }: LogLikelihood) => [
    ...[name, mean, ahead.find((one) => one.name === name)?.ahead ?? null],
    ...(bits ? [bitsPerDimension] : []),
  ];
  return {
    columns: ["", "nats a row", `model ahead by${bound}`, ...(bits ? ["bits per dimension"] : [])],
    rows: [
      row(isFlow ? "model (the flow)" : `model${bound}`, model),
      ...(flow && !isFlow ? [row("the flow alone", flow)] : []),
      ...baselinesOf(evaluation).map(([name, likelihood]) => row(name, likelihood)),
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
