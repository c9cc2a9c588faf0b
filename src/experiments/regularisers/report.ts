/** The page of the regularisers. */

import type { Page } from "../../report/page.js";
import { version } from "../../util/version.js";
import type { Budget, Outcome } from "../experiment.js";
import { cameOut, pageClaims } from "../page-claims.js";
import { type RegulariserNumbers, tableOf } from "./summary.js";
import { ways } from "./ways.js";

export function renderRegularisers(
  { claims, numbers }: Outcome<RegulariserNumbers>,
  { budget, seeds, seed }: Budget,
): Page {
  const tried = ways.filter(({ name }) => numbers.tables.some((table) => table.ways.some(({ way }) => way === name)));
  return {
    title: "What keeps the energy of a small table on course",
    intro: `${numbers.tables.length} tables, ${seeds} of five folds of the training rows of each left out. In every way the energy tilts the same mixtures, and validation rows among the others choose the step that is kept. Gains are of the rows left out, in nats a row above the mixtures. A training has gone astray where log Z is not to be trusted at a look, or rows left out are half a nat below. ${cameOut(claims)} claims came out as expected.`,
    sections: [
      { heading: "Claims", claims: pageClaims(claims) },
      {
        heading: "Ways",
        table: { columns: ["way", "what it is"], rows: tried.map(({ name, about }) => [name, about]) },
      },
      ...numbers.tables.map((table) => ({
        heading: `${table.table}, ${table.rows} × ${table.columns}`,
        table: tableOf({ tables: [table] }),
      })),
    ],
    footer: `ebbflow ${version}. Reproduce with: ebbflow reproduce regularisers --data <folder> --budget ${budget} --seeds ${seeds} --seed ${seed}`,
  };
}
