/** `ebbflow impute` */

import type { Command } from "commander";
import type { Coordinates } from "../../data/columns/coordinates.js";
import type { CsvTable } from "../../data/csv.js";
import { loadCsv } from "../../data/load-csv.js";
import { writeCsv } from "../../data/write-csv.js";
import type { Imputed } from "../../inference/impute.js";
import { fold, makeKey } from "../../random/key.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { entryOf } from "../../util/records.js";
import { textTable } from "../../util/text-table.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import { openFor } from "../open-model.js";
import {
  noticeDisagreement,
  noticeExtrapolation,
  type RowChainOptions,
  tellChains,
  withRowChains,
} from "../row-chains.js";
import { tellCommas } from "../tell-commas.js";
import { printJson, say } from "../terminal.js";

const help = `
A missing cell (empty, NA, ? …) becomes its mean given the rest of its row, by chains of the energy that jump between its
modes as draws of the flow suggest. The table on stderr
has the standard deviation of each: how far the true value may be from that mean. Train on whole rows first. Rows whose
given cells lie outside what the training rows have shown are named: what is filled in there is the model's guess.

Examples:
  ebbflow impute runs/mine holes.csv --out whole.csv
  ebbflow impute runs/mine holes.csv --draws 2000 --json`;

/** Declares the command. */
export function declare(command: Command): void {
  withRowChains(
    command
      .argument("<model>", "folder of the run, or a saved model")
      .argument(
        "<file>",
        "table (CSV, JSON lines, .npy, .npz, Parquet), or - for stdin, with the columns the run was trained on; only these are written",
      ),
  )
    .addHelpText("after", help)
    .action(runImpute);
}

async function runImpute(path: string, file: string, options: RowChainOptions): Promise<void> {
  const { out, force = false, seed, chains, warmup, draws, last, json } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  const table = await loadCsv(file, {
    ...{ array: options.array, columns: model.columns, real: model.columns },
    fit: false,
    written: model.data.coordinates.written,
    allowMissing: true,
  });
  tellCommas(table.decimalCommas);
  expectSomething(table);
  const counts = { chains, warmup, draws, key: fold(makeKey(seed), "impute") };
  const done = await model.impute(table.rows, counts);
  const { written } = model.data.coordinates;
  const cells = cellsOf(table, done, written);
  const csv = writeCsv({ columns: table.columns, rows: done.rows, written });
  if (out !== undefined) writeAtomic(out, csv);
  if (json)
    return printJson({
      run: path,
      step: model.step,
      worst: done.worst,
      outside: done.outside,
      cells,
      ...(out ? { file: out } : {}),
    });
  if (out === undefined) process.stdout.write(csv);
  if (cells.length > 0) {
    const lines = cells.map((c) => [
      `${c.row}`,
      c.column,
      typeof c.value === "string" ? c.value : c.value.toPrecision(5),
      c.standardDeviation.toPrecision(3),
    ]);
    say(textTable([["row", "column", "value", "standard deviation"], ...lines]));
  }
  const where = out === undefined ? "" : `; ${count(table.rows.shape[0]!, "row")} in ${out}`;
  say(`${count(cells.length, "missing cell")} filled in${where}`);
  tellChains(done.worst, done.jumps);
  noticeDisagreement(done.worst);
  noticeExtrapolation(done.outside, model, table.rows.shape[0]!);
}

interface Cell {
  /** Counted from 1 among the rows of numbers. */
  readonly row: number;
  readonly column: string;
  /** Its text, of a column of text. */
  readonly value: number | string;
  readonly standardDeviation: number;
}

function cellsOf(
  { columns, rows }: CsvTable,
  { rows: filled, standardDeviations }: Pick<Imputed, "rows" | "standardDeviations">,
  written: Coordinates["written"],
): Cell[] {
  const d = columns.length;
  return Array.from(rows.data, (v, i) => ({ v, i }))
    .filter(({ v }) => Number.isNaN(v))
    .map(({ i }) => ({
      row: Math.floor(i / d) + 1,
      column: columns[i % d]!,
      value: entryOf(written, columns[i % d]!)?.write(filled.data[i]!) ?? filled.data[i]!,
      standardDeviation: standardDeviations.data[i]!,
    }));
}

/** @throws InputError when a whole row is missing, or a whole column of several rows. */
function expectSomething({ source, columns, rows }: CsvTable): void {
  const [n, d] = [rows.shape[0]!, columns.length];
  for (let i = 0; i < n; i++)
    if (rows.data.subarray(i * d, (i + 1) * d).every(Number.isNaN))
      throw new InputError(`${source}: every cell of the ${i + 1}. row of numbers is missing; remove the row`);
  if (n < 2) return;
  columns.forEach((name, j) => {
    if (Array.from({ length: n }, (_, i) => rows.data[i * d + j]!).every(Number.isNaN))
      throw new InputError(`${source}: column ${name} is missing in every row; check that it is the right file`);
  });
}
