/** Tables of a user, learned by default, beside what a second of another library gives. */

import { InputError } from "../util/errors.js";
import type { DataFile } from "./data-files.js";
import { type Budget, experiment } from "./experiment.js";
import { renderTables } from "./tables/report.js";
import { claimsOf, numbersOf, type TablesNumbers, tableOf } from "./tables/summary.js";
import { parts, runTable, type TableResult, type TableUnit } from "./tables/unit.js";

/** `iris/0.train.csv`: the table, the split and the part. */
const PATH = /^(?:(.*)\/)?([^/.]+)\.(train|test|baselines)\.csv(?:\.gz)?$/;

/** Splits of tables, of each split its three files, split by split. @throws InputError where one is missing. */
function plan({ seeds, seed, data = [] }: Budget): TableUnit[] {
  const found = new Map<string, { table: string; split: string; files: Record<string, DataFile> }>();
  for (const file of data) {
    const [, table = "", split, part] = PATH.exec(file.path)!;
    const own = found.get(`${table}/${split}`) ?? { table, split: split!, files: {} };
    own.files[part!] = file;
    found.set(`${table}/${split}`, own);
  }
  const splits = [...new Set([...found.values()].map(({ split }) => split))].sort().slice(0, seeds);
  return splits.flatMap((split) =>
    [...found.values()]
      .filter((own) => own.split === split)
      .map(({ table, files }): TableUnit => {
        const missing = parts.find((part) => !files[part]);
        if (missing) throw new InputError(`tables: ${table || "the folder"} has no ${split}.${missing}.csv`);
        return { table: table || "table", split, files: files as unknown as TableUnit["files"], seed };
      }),
  );
}

/** The tables. */
export const tables = experiment<TableUnit, TableResult, TablesNumbers>({
  name: "tables",
  about:
    "Tables learned by default: held-out nats a row beside a Gaussian, a Gaussian mixture and kernels fitted elsewhere.",
  cite: "Pedregosa et al. (2011), Scikit-learn: machine learning in Python, for the tables and the baselines",
  seeds: { quick: 1, full: 5 },
  data: {
    about:
      "tables as scripts/tables.py writes them: NAME/SPLIT.train.csv, SPLIT.test.csv and SPLIT.baselines.csv, the log-densities of the test rows, one column a baseline",
    takes: (name) => PATH.test(name),
  },
  plan,
  label: ({ table, split }) => `${table}, split ${split}`,
  run: runTable,
  conclude(finished) {
    const numbers = numbersOf(finished);
    return { claims: claimsOf(numbers), table: tableOf(numbers), numbers };
  },
  report: renderTables,
});
