/** `ebbflow impute` */

import type { Command } from "commander";
import type { Coordinates } from "../../data/columns/coordinates.js";
import type { CsvTable } from "../../data/csv.js";
import { MASKS } from "../../data/images/mask.js";
import { writeCsv } from "../../data/write-csv.js";
import type { Imputed } from "../../inference/impute.js";
import { fold, makeKey } from "../../random/key.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { entryOf } from "../../util/records.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { textTable } from "../../util/text-table.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import { expectPictures, loadRows, rowsArgument } from "../image-rows.js";
import { drawInpainted, type Inpainted, inpainted, maskOf, tellInpainted } from "../inpaint.js";
import { openFor } from "../open-model.js";
import {
  countsOf,
  noticeDisagreement,
  noticeExtrapolation,
  type RowChainOptions,
  tellChains,
  withProgress,
  withRowChains,
} from "../row-chains.js";
import { printJson, printTable, say } from "../terminal.js";

const help = `
A missing cell (empty, NA, ? …) becomes its mean given the rest of its row, by chains of the energy that jump between its
modes as draws of the flow suggest. The table on stderr
has the standard deviation of each: how far the true value may be from that mean. Train on whole rows first. Rows whose
given cells lie outside what the training rows have shown are named: what is filled in there is the model's guess.

Images lack what --mask takes away of them. --pictures shows them, what was given, four draws by chains of their own and the
mean; chains of images do not jump, so that what one starts at may be where it stays, and images whose chains do not agree are
named.

Examples:
  ebbflow impute runs/mine holes.csv --out whole.csv
  ebbflow impute runs/digits digits --most 8 --mask bottom-half --pictures halves.png
  ebbflow impute runs/digits digits --most 8 --mask box:2,2,3,3 --pictures boxes.png --out boxes.csv
  ebbflow impute runs/mine holes.csv --draws 2000 --json`;

/** Declares the command. */
export function declare(command: Command): void {
  withRowChains(
    command
      .argument("<model>", "folder of the run, or a saved model")
      .argument("<file>", `${rowsArgument}; only these are written`)
      .option("--mask <mask>", `of images: pixels to take away and fill in: ${MASKS}`),
  )
    .addHelpText("after", help)
    .action(runImpute);
}

interface ImputeCommandOptions extends RowChainOptions {
  readonly mask?: string;
}

async function runImpute(path: string, file: string, options: ImputeCommandOptions): Promise<void> {
  const { out, force = false, seed, mask, last, json, pictures } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  expectPictures(options, force, model);
  const taken = mask === undefined ? undefined : maskOf(model, mask);
  const table = await loadRows(model, file, options, { allowMissing: true });
  const { image } = model.config.data;
  if (!image) expectSomething(table);
  const rows = taken ? without(table.rows, taken) : table.rows;
  const { chains, warmup, draws } = countsOf(options, image !== undefined);
  const counts = {
    chains,
    warmup,
    draws,
    key: fold(makeKey(seed), "impute"),
    ...(image ? { keepDraws: true, judge: true } : {}),
  };
  const done = await withProgress(json, (progress) => model.impute(rows, { ...counts, progress }));
  const { written } = model.data.coordinates;
  const found = image ? inpainted(model, { original: table.rows, masked: rows, done }) : undefined;
  const cells = found ? [] : cellsOf(table, done, written);
  const csv = writeCsv({ columns: table.columns, rows: done.rows, written });
  if (out !== undefined) writeAtomic(out, csv);
  if (pictures !== undefined && found) await drawInpainted(pictures, model, found);
  if (json) {
    const each = found ? { images: found.images } : { cells };
    const { worst, outside } = done;
    return printJson({ run: path, step: model.step, worst, outside, ...each, ...(out ? { file: out } : {}) });
  }
  if (out === undefined && pictures === undefined) await printTable(csv);
  tellFilled(cells, found, done);
  const where = out === undefined ? "" : `; ${count(rows.shape[0]!, "row")} in ${out}`;
  say(`${count(done.missing, "missing cell")} filled in${where}`);
  if (found && done.missing === 0) say("notice: no pixel is missing; take some away with --mask");
  if (found) return;
  tellChains(done.worst, done.jumps);
  noticeDisagreement(done.worst);
  noticeExtrapolation(done.outside, model, rows.shape[0]!);
}

function tellFilled(cells: readonly Cell[], found: Inpainted | undefined, { missing }: Imputed): void {
  if (found && missing > 0) for (const line of tellInpainted(found)) say(line);
  if (cells.length === 0) return;
  const lines = cells.map((c) => [
    `${c.row}`,
    c.column,
    typeof c.value === "string" ? c.value : c.value.toPrecision(5),
    c.standardDeviation.toPrecision(3),
  ]);
  say(...textTable([["row", "column", "value", "standard deviation"], ...lines]).split("\n"));
}

/** Rows without some of their columns. */
function without({ data, shape }: FloatTensor, columns: readonly number[]): FloatTensor {
  const [n, d] = shape as [number, number];
  const out = Float64Array.from(data);
  for (let i = 0; i < n; i++) for (const j of columns) out[i * d + j] = Number.NaN;
  return tensor(out, [n, d]);
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
