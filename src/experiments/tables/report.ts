/** The page of the tables. */

import type { Page } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import type { TablesNumbers } from "./summary.js";

export function renderTables(
  { claims, table, numbers }: Outcome<TablesNumbers>,
  { budget, seeds, seed }: Budget,
): Page {
  const { tables } = numbers;
  return {
    title: "Tables, beside the densities anybody would fit",
    intro: `${tables.length} tables, ${seeds} split${seeds === 1 ? "" : "s"} of each. Every model is trained as \`fit\` trains a table by itself: nothing is set. Baselines are those that came with the tables, their log-densities row by row, so that differences are paired. Splits share rows, and a mean over them has the error of one. ${cameOut(claims)} claims came out as expected.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      { heading: "Held-out log-likelihood, nats a row", table },
      {
        heading: "How far the model is ahead",
        table: {
          columns: ["table", ...new Set(tables.flatMap(({ ahead }) => Object.keys(ahead)))],
          rows: tables.map(({ table: name, ahead }) => [
            name,
            ...Object.values(ahead).map(({ value, error }) => `${value.toFixed(3)} ± ${error.toFixed(3)}`),
          ]),
        },
      },
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce tables --data <folder> --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
