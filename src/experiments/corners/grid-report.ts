/** The report of the grid: a map of the weight error for each method, and every number. Node only. */

import { cellMap } from "../../report/figures/cell-map.js";
import type { Page, PageFigure } from "../../report/page.js";
import { median } from "../../util/moments.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { flowWeightError, roughWeightError } from "./found.js";
import type { GridRun } from "./grid-unit.js";
import { type CornersMethodName, cornersMethods } from "./methods.js";

/** Errors at which the shade changes. */
const SHADES = [0.01, 0.03, 0.1, 0.3];

const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

function map(method: CornersMethodName, runs: readonly GridRun[]): PageFigure {
  const dimensions = distinct(runs.map(({ dimension }) => dimension));
  const separations = distinct(runs.map(({ separation }) => separation)).toSorted((a, b) => a - b);
  const error = (d: number, s: number): number | null => {
    const own = runs.filter((run) => run.method === method && run.dimension === d && run.separation === s);
    return own.length > 0 ? median(own.map(({ measured }) => roughWeightError(measured))) : null;
  };
  const { label } = cornersMethods[method];
  return {
    figure: cellMap({
      title: `Error of the weights, ${label}`,
      columns: separations.map(String),
      rows: dimensions.map(String),
      xLabel: "standard deviations between neighbours",
      yLabel: "dimension",
      values: dimensions.map((d) => separations.map((s) => error(d, s))),
      thresholds: SHADES,
    }),
    caption: `Total variation between the weights of the model and the shares of the rows, ${label}; the darker, the worse: the shade changes at ${SHADES.join(", ")}. Where the least Pareto k of the draws is above 0.7 the number is rough.`,
  };
}

/** The page. */
export function renderGrid(
  { claims, numbers: { runs } }: Outcome<{ readonly runs: readonly GridRun[] }>,
  { budget, seeds, seed }: Budget,
): Page {
  const known = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(3)) : null);
  return {
    title: "Dimension against separation",
    intro: `Four unit Gaussians at the corners of a square, with weights .1, .2, .3, .4, in more and more dimensions and farther and farther apart. ${cameOut(claims)} claims came out as expected.\n\nAll methods train the same networks on 20,000 rows for as many steps, balanced training at three times the usual rate of the energy, falling along a cosine, the others at the usual one; what is told is how wrong the weights of the modes are under the model.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      {
        heading: "Where each method stops",
        figures: distinct(runs.map(({ method }) => method)).map((method) => map(method, runs)),
      },
      {
        heading: "Every run",
        table: {
          columns: ["method", "d", "sd apart", "seed", "weight error", "of its flow", "k, flow", "k, clouds", "s"],
          rows: runs.map((run) => [
            cornersMethods[run.method].label,
            ...[run.dimension, run.separation, run.seed],
            run.failure ?? known(roughWeightError(run.measured)),
            known(flowWeightError(run.measured)),
            known(run.measured?.byFlow?.paretoK ?? Number.NaN),
            known(run.measured?.byClouds.paretoK ?? Number.NaN),
            Number(run.seconds.toFixed(0)),
          ]),
        },
      },
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce dimension-separation --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
