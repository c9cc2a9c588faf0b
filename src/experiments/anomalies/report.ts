/** The page of the anomalies. */

import { traceLines } from "../../report/figures/trace-lines.js";
import type { Page, PageFigure } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { methods } from "./methods.js";
import { type AnomaliesNumbers, scoredIn } from "./summary.js";
import { rates } from "./unit.js";

const one = (v: number): string => v.toFixed(1);

function callsFigure({ called }: AnomaliesNumbers): PageFigure {
  const figure = traceLines({
    title: "Normal rows that are called, by the rate asked for",
    series: [
      ...Object.entries(called).flatMap(([name, estimates]) =>
        methods[name]!.control
          ? []
          : [
              {
                ...{ name: methods[name]!.title, x: [...rates], y: estimates.map(({ value }) => value) },
                role: name === "kernel" ? ("ebm" as const) : name === "mixture" ? ("flow" as const) : ("data" as const),
              },
            ],
      ),
      { name: "as asked", role: "truth" as const, x: [...rates], y: [...rates] },
    ],
    xLabel: "rate",
    yLabel: "share of normal test rows with p ≤ rate",
  });
  return {
    figure,
    caption:
      "Means over the tables. Below the dashed line p-values are larger than they need to be, which ties make them; above it they call too many rows.",
    numbers: {
      columns: ["p-values", ...rates.map((rate) => `p ≤ ${rate}`)],
      rows: Object.entries(called).map(([name, estimates]) => [
        methods[name]!.title,
        ...estimates.map(({ value, interval }) =>
          interval ? `${value.toFixed(3)} [${interval[0].toFixed(3)}, ${interval[1].toFixed(3)}]` : value.toFixed(3),
        ),
      ]),
    },
  };
}

export function renderAnomalies(
  { claims, table, numbers }: Outcome<AnomaliesNumbers>,
  { budget, seeds, seed }: Budget,
): Page {
  const { means, published, tables } = numbers;
  const scored = scoredIn(numbers);
  const best = Object.entries(published).sort(([, a], [, b]) => b - a)[0];
  const others = best ? ` The best published mean over these tables is ${one(best[1])}, of ${best[0]}.` : "";
  return {
    title: "Anomalies in tables, by densities of the normal rows",
    intro: `Half of the normal rows of each of ${tables.length} tables train, the others and all anomalies are scored; columns are standardised by the training rows, ${seeds} seed${seeds === 1 ? "" : "s"}, and no label chooses anything. The kernel energy has a mean AUROC of ${one(means.kernel!.value)} %.${others} ${cameOut(claims)} claims came out as expected.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      { heading: "AUROC in percent", table },
      {
        heading: "What is compared",
        table: {
          columns: ["score", "what it is", "mean AUROC"],
          rows: [
            ...scored.map((name) => [methods[name]!.title, methods[name]!.about, one(means[name]!.value)]),
            ...Object.entries(published).map(([name, value]) => [name, "published", one(value)]),
          ],
        },
      },
      { heading: "Calls of normal rows", figures: [callsFigure(numbers)] },
      {
        heading: "What was chosen, first seed",
        table: {
          columns: ["table", "constant columns left out", ...scored.map((name) => methods[name]!.title)],
          rows: tables.map(({ set, constant, chosen }) => [
            set,
            String(constant),
            ...scored.map((name) => chosen[name]!),
          ]),
        },
      },
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce anomalies --data <folder> --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
