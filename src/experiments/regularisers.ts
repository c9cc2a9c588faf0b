/** What helps the energy of a small table, by rows left out of the training rows; test rows are not looked at. */

import type { DataFile } from "./data-files.js";
import { type Budget, experiment } from "./experiment.js";
import { renderRegularisers } from "./regularisers/report.js";
import { claimsOf, numbersOf, type RegulariserNumbers, tableOf } from "./regularisers/summary.js";
import { type FoldResult, type FoldUnit, runFold } from "./regularisers/unit.js";
import { chains, usual, ways } from "./regularisers/ways.js";

/** `iris/0.train.csv`: the table and the split. */
const PATH = /^(?:(.*)\/)?([^/.]+)\.train\.csv(?:\.gz)?$/;

/** The first split of each table. */
function firstSplits(files: readonly DataFile[]): { readonly table: string; readonly file: DataFile }[] {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const first = new Map<string, DataFile>();
  for (const file of sorted) {
    const table = PATH.exec(file.path)![1] ?? "table";
    if (!first.has(table)) first.set(table, file);
  }
  return [...first].map(([table, file]) => ({ table, file }));
}

/** Ways, steps and rows by budget: small tables are what it is about. */
const thoroughness = {
  quick: { ways: [usual.name, chains.name], steps: 160, rows: 500 },
  full: { ways: ways.map(({ name }) => name), steps: 500, rows: 2000 },
} as const;

const plan = ({ budget, seeds, seed, data = [] }: Budget): FoldUnit[] =>
  Array.from({ length: Math.min(5, seeds) }, (_, fold) => fold).flatMap((fold) =>
    firstSplits(data).map((one): FoldUnit => ({ ...one, fold, ...thoroughness[budget], seed })),
  );

/** The regularisers. */
export const regularisers = experiment<FoldUnit, FoldResult, RegulariserNumbers>({
  name: "regularisers",
  about: "Ways to train the energy that tilts a small table's mixtures: held-out gain over them, fold by fold.",
  cite: "Senetaire et al. (2025), Learning energy-based models by self-normalising the likelihood; Loshchilov & Hutter (2019), Decoupled weight decay regularization",
  seeds: { quick: 1, full: 3 },
  data: {
    about:
      "tables as scripts/tables.py writes them, of which NAME/SPLIT.train.csv is taken, the first split of each; the number of seeds is that of the folds, up to five",
    takes: (name) => PATH.test(name),
  },
  plan,
  label: ({ table, fold }) => `${table}, fold ${fold}`,
  settings: ({ ways: asked }) => ways.filter(({ name }) => asked.includes(name)),
  run: runFold,
  conclude(finished) {
    const numbers = numbersOf(finished);
    return { claims: claimsOf(numbers), table: tableOf(numbers), numbers };
  },
  report: renderRegularisers,
});
