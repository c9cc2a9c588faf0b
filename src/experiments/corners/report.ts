/** The report of four corners: table 2 and figure 6 of the paper, and what they do not show. Node only. */

import { bare } from "../../metrics/intervals/interval.js";
import { barsFigure } from "../../report/figures/bars.js";
import type { Line } from "../../report/figures/lines.js";
import { traceLines } from "../../report/figures/trace-lines.js";
import type { Page, PageFigure, PageSection } from "../../report/page.js";
import type { Role } from "../../report/roles.js";
import type { Cell } from "../../report/table.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { isUnequal, largestWeightError, weightsOf } from "./found.js";
import { type CornersMethodName, cornersMethods } from "./methods.js";
import type { CornersRun } from "./unit.js";

type Numbers = { readonly runs: readonly CornersRun[] };

const ofMethods = (runs: readonly CornersRun[]): CornersMethodName[] => [...new Set(runs.map(({ method }) => method))];

const ofDimensions = (runs: readonly CornersRun[]): number[] =>
  [...new Set(runs.map(({ dimension }) => dimension))].toSorted((a, b) => a - b);

const roleOf = (method: CornersMethodName): Role => cornersMethods[method].role;

const number = (value: number | null | undefined, digits = 4): number | null =>
  value === null || value === undefined || !Number.isFinite(value) ? null : Number(value.toPrecision(digits));

/** Table 2: R-hat by method and dimension, beside the paper's. */
function agreement(runs: readonly CornersRun[]): PageSection {
  const dimensions = ofDimensions(runs);
  const equal = runs.filter((run) => !isUnequal(run) || !runs.some((r) => !isUnequal(r)));
  const cell = (method: CornersMethodName, d: number): string => {
    const own = equal.filter((run) => run.method === method && run.dimension === d);
    const found = own.map(({ measured }) => measured?.chains.rhat);
    const text = found.map((r) => (r ? `${r.rank.toFixed(3)} (${r.plain.toFixed(3)})` : "diverged")).join(", ");
    const paper = cornersMethods[method].paper?.[d];
    return own.length === 0 ? "–" : paper === undefined ? text : `${text}; paper ${paper}`;
  };
  return {
    heading: "Whether 128 chains agree",
    text: "Largest R-hat over the coordinates: rank-normalised, and in brackets the classical one; of every seed. Chains of each method start where the method starts them; 1000 draws of each count after 100 rounds of moves where chains jump (250 as in the paper, with 128 proposals a jump), and 500 after 500 steps where they do not. Chains of ULA-EBM and CoopFlow hardly leave their starts: how large their R-hat is, and which of the two is larger, is a matter of how many steps are counted.",
    table: {
      columns: ["method", ...dimensions.map((d) => `d = ${d}`)],
      rows: ofMethods(equal).map((method) => [cornersMethods[method].label, ...dimensions.map((d) => cell(method, d))]),
    },
    figures: dimensions.flatMap((d) =>
      overTime(
        d,
        equal.filter((run) => run.dimension === d),
      ),
    ),
  };
}

/** Figure 6: R-hat while training. */
function overTime(d: number, runs: readonly CornersRun[]): PageFigure[] {
  const seen = runs.filter(({ looks }) => looks.length > 0);
  if (seen.length === 0) return [];
  return [
    {
      figure: traceLines({
        title: `Largest R-hat over time, d = ${d}`,
        series: seen.map(
          ({ method, looks }): Line => ({
            name: cornersMethods[method].label,
            role: roleOf(method),
            x: looks.map(({ seconds }) => seconds),
            y: looks.map(({ rhat }) => rhat),
          }),
        ),
        references: [{ name: "1.01", value: 1.01 }],
        xLabel: "seconds of training",
        yLabel: "R-hat",
        log: true,
      }),
      caption: "128 chains of each method's own kind, run from the model as it was at that time, 200 draws of each.",
    },
  ];
}

/** The weights of the modes of the first run of each method. */
function weights(runs: readonly CornersRun[]): PageFigure[] {
  return ofDimensions(runs).flatMap((d): PageFigure[] => {
    const own = runs.filter((run) => run.dimension === d && isUnequal(run) && run.measured);
    const shown = ofMethods(own).map((method) => own.find((run) => run.method === method)!);
    const known = shown.filter((run) => weightsOf(run.measured!) !== null);
    const first = known[0];
    if (!first) return [];
    return [
      {
        figure: barsFigure({
          title: `Weights of the modes, d = ${d}`,
          groups: ["(+, +)", "(−, −)", "(−, +)", "(+, −)"],
          series: [
            { name: "training rows", role: "data", estimates: first.measured!.data.map(bare) },
            ...known.map(({ method, measured }) => ({
              ...{ name: cornersMethods[method].label, role: roleOf(method) },
              estimates: weightsOf(measured!)!,
            })),
          ],
        }),
        caption:
          "Of the regions nearest to each centre, under the model by importance sampling, with 95 % intervals; modes are named by the signs of their halves. Where clouds overlap, a region does not hold what its cloud does.",
      },
    ];
  });
}

/** Every number of every run. */
function everyRun(runs: readonly CornersRun[]): PageSection {
  const row = (run: CornersRun): Cell[] => {
    const { measured: m } = run;
    return [
      `${cornersMethods[run.method].label}, d ${run.dimension}, ${isUnequal(run) ? "unequal" : "equal"}, seed ${run.seed}`,
      run.steps,
      number(m?.chains.rhat.rank),
      number(largestWeightError(run.measured), 2),
      m?.gap.value !== undefined && Number.isFinite(m.gap.value) ? m.gap : null,
      number(m?.byFlow?.paretoK, 2),
      number(m?.byClouds.paretoK, 2),
      number(m?.chains.jumps, 2),
      run.failure ?? m?.logZ.verdict ?? "–",
      Number(run.seconds.toFixed(0)),
    ];
  };
  return {
    heading: "Every run",
    text: "The weight error is the largest difference between a mode's weight under the model and its share of the training rows. The likelihood is that of held-out rows under the model minus under the truth, nats a row, paired. Pareto k above 0.7 means that draws of that proposal say nothing.",
    table: {
      columns: ["run", "steps", "R-hat", "weight error", "likelihood", "k, flow", "k, clouds", "jumps", "log Z", "s"],
      rows: runs.map(row),
    },
    figures: weights(runs),
  };
}

/** The page. */
export function renderCorners({ claims, numbers }: Outcome<Numbers>, { budget, seeds, seed }: Budget): Page {
  return {
    title: "Four corners in many dimensions",
    intro: `Four unit Gaussians at ±a(1, …, 1) and ±a(−1, …, −1, 1, …, 1), a = 0.5919, in up to ${Math.max(...ofDimensions(numbers.runs))} coordinates. ${cameOut(claims)} claims came out as expected.\n\nThe paper reports whether chains of what was learned agree. That they do says little of the model: here are also its weights, its log Z by several estimators, and the likelihood of held-out rows.`,
    sections: [{ heading: "Claims", claims: pageClaims(claims) }, agreement(numbers.runs), everyRun(numbers.runs)],
    footer: `ebbflow ${version}. Grenioux, Moulines & Gabrié (2023), Balanced training of energy-based models with adaptive flow sampling, table 2 and figure 6. Reproduce with: ebbflow reproduce four-corners --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
