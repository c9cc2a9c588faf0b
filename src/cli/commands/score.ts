/** `ebbflow score` */

import type { Command } from "commander";
import { loadCsv } from "../../data/load-csv.js";
import { writeCsv } from "../../data/write-csv.js";
import { benjaminiHochberg, callable } from "../../metrics/intervals/conformal.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { expectFree } from "../expect-free.js";
import { openFor } from "../open-model.js";
import { printJson, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

interface ScoreOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly rate: number;
  readonly each?: boolean;
  readonly relativeTo?: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

const help = `
Each row gets its log-density in nats and a p-value: how often a row like those that training never saw is as unlikely.
A small p-value means that the row is not like the data. The p-values are valid whatever the model has learned; no
p-value is below 1/(held-out rows + 1). Rows are called outliers so that at most the given share of the calls is false, which a
few held-out rows may not allow for a few rows; --each calls every row whose own p-value is at most --rate instead, which
happens to that share of the rows that are like the data.
A row that the model gives no density (NaN, or 0) is called an outlier in any case, and named.
--relative-to adds log p(row) − log p(that row): the unknown constant cancels, so no error of log Z is in it.

Examples:
  ebbflow score runs/mine new.csv --out scored.csv
  ebbflow score runs/mine new.csv --rate 0.05 --json
  ebbflow score runs/mine new.csv --each --rate 0.02
  ebbflow score runs/mine new.csv --relative-to 1   # how many times likelier than the first row, as a logarithm`;

/** A number between 0 and 1. */
function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InputError(`--rate ${text}: expected a number between 0 and 1, such as 0.1`);
  return value;
}

/** Declares the command. */
export function declare(command: Command): void {
  command
    .argument("<model>", "folder of the run, or a saved model")
    .argument(
      "<file>",
      "CSV file, or - for stdin, with the columns the run was trained on; others may stand beside them",
    )
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .option("--rate <share>", "false calls among the rows called outliers, at most", share, 0.1)
    .option("--each", "call each row by its own p-value: --rate is then how often that happens to a row like the data")
    .option("--relative-to <row>", "row of the file to compare densities with, counted from 1", wholeNumber(1))
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", help)
    .action(runScore);
}

async function runScore(path: string, file: string, options: ScoreOptions): Promise<void> {
  const { out, force = false, rate, each = false, relativeTo, last, json } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  const table = await loadCsv(file, { columns: model.columns, fit: false, written: model.data.coordinates.written });
  const { source, lines } = table;
  const { logDensity, logRatio, pValue, withoutDensity, calibration, logZ } = await model.score(table.rows, {
    ...{ source, ...(lines ? { lines } : {}) },
    ...(relativeTo === undefined ? {} : { relativeTo: relativeTo - 1 }),
  });
  const outliers = each ? Array.from(pValue, (p) => p <= rate) : benjaminiHochberg(pValue, rate);
  for (const i of withoutDensity) outliers[i] = true;
  const n = pValue.length;
  const called: ArrayLike<number> = outliers.map(Number);
  const columns = { logDensity, ...(logRatio ? { logRatio } : {}), pValue, outlier: called };
  const wide = Object.values(columns);
  const scores = tensor(
    Float64Array.from({ length: wide.length * n }, (_, i) => wide[i % wide.length]![Math.floor(i / wide.length)]!),
    [n, wide.length],
  );
  const csv = writeCsv({ columns: Object.keys(columns), rows: scores });
  if (out !== undefined) writeAtomic(out, csv);
  if (json)
    return printJson({
      ...{ run: path, step: model.step, calibration, logZ, rate, each, ...(relativeTo ? { relativeTo } : {}) },
      ...(out === undefined
        ? {
            logDensity: [...logDensity],
            ...(logRatio ? { logRatio: [...logRatio] } : {}),
            pValue: [...pValue],
            outlier: outliers,
            withoutDensity: withoutDensity.map((i) => i + 1),
          }
        : { file: out }),
    });
  if (out === undefined) process.stdout.write(csv);
  const calls = `${outliers.filter(Boolean).length} of ${n} rows are called outliers`;
  const chance = each
    ? `each by its own p-value, as ${100 * rate} % of rows like the data are`
    : `of which at most ${100 * rate} % falsely`;
  say(`${calls}, ${chance}; compared with ${calibration} held-out rows`);
  const few = fewNotice(pValue, calibration, { rate, each });
  if (few) say(few);
  if (withoutDensity.length > 0) say(lostNotice(withoutDensity, logDensity));
  if (logZ.note) say(`notice: the log-densities are not to be trusted (${logZ.note}); the p-values do not need them`);
  if (out !== undefined) say(`${n} rows in ${out}`);
}

/** That a few outliers cannot be called, where the held-out rows are too few for it. */
function fewNotice(
  pValue: Float64Array,
  calibration: number,
  { rate, each }: { readonly rate: number; readonly each: boolean },
): string | null {
  const n = pValue.length;
  if (each)
    return rate < 1 / (calibration + 1)
      ? `notice: no p-value is below 1/${calibration + 1}, so that no row can be called at ${rate}; that takes ${Math.ceil(1 / rate) - 1} held-out rows`
      : null;
  const { fewest, needed } = callable(n, calibration, rate);
  if (fewest === 1) return null;
  const what = fewest > n ? "no row can be called" : `fewer than ${fewest} outliers among ${n} rows cannot be called`;
  const alone = pValue.filter((p) => p <= rate).length;
  return `notice: no p-value is below 1/${calibration + 1}, so that ${what}; one alone can with ${needed} held-out rows. By its own p-value --each calls ${alone} of ${n}, as ${100 * rate} % of rows like the data`;
}

/** Rows that the model gives no density, by their numbers. */
function lostNotice(rows: readonly number[], logDensity: Float64Array): string {
  const listed = rows.slice(0, 5).map((i) => `row ${i + 1} (${Number.isNaN(logDensity[i]) ? "NaN" : "-∞"})`);
  const more = rows.length > 5 ? ` and ${rows.length - 5} more` : "";
  return `notice: no log-density at ${listed.join(", ")}${more}: called outliers whatever their p-values, beyond all numbers of the model`;
}
