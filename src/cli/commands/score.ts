/** `ebbflow score` */

import { type Command, Option } from "commander";
import { takeRows } from "../../data/take-rows.js";
import { benjaminiHochberg } from "../../metrics/intervals/conformal.js";
import { leastForTail } from "../../metrics/intervals/tail-p-values.js";
import type { RowScores } from "../../model/in-units.js";
import type { ColumnReason } from "../../model/reasons.js";
import type { Trained } from "../../model/trained.js";
import { writeAtomicParts } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import type { FloatTensor } from "../../util/tensor.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import {
  expectPictures,
  loadRowBlocks,
  type PicturesOption,
  type RowOptions,
  rowsArgument,
  withPictures,
  withRows,
} from "../image-rows.js";
import { type Known, type KnownAnomalies, knownAnomalies, parseKnown, tellKnown } from "../known-anomalies.js";
import { type LeastLikely, leastLikely } from "../least-likely.js";
import { openFor } from "../open-model.js";
import { writePictures } from "../pictures.js";
import { type Calls, tellScores } from "../show-scores.js";
import { tellCommas } from "../tell-commas.js";
import { printJson, printTable, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";
import { besideScores, scoreColumns } from "../write-scores.js";

interface ScoreOptions extends RowOptions, PicturesOption {
  readonly out?: string;
  readonly force?: boolean;
  readonly by: "energy" | "kernel";
  readonly rate: number;
  readonly each?: boolean;
  readonly alpha?: number;
  readonly extrapolate?: boolean;
  readonly why?: number;
  readonly anomaly: readonly Known[];
  readonly relativeTo?: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

const help = `
A CSV file is read in blocks of rows, twice, so that memory need not hold it; standard input and other formats are held.
Each row is written as it is in the file, with its log-density in nats and a p-value: how often a row like those that
training never saw is as unlikely. A small p-value means that the row is not like the data. The p-values are valid whatever
the model has learned; no p-value is below 1/(held-out rows + 1). Rows are called outliers so that at most the given share
of the calls is false, which a few held-out rows may not allow for a few rows; --each calls every row whose own p-value is
at most --rate instead, which happens to that share of the rows that are like the data; --alpha has those calls in a column
of their own beside the others.
--extrapolate continues p-values below 1/(held-out rows + 1) by the tail of the held-out energies, a generalised Pareto law,
and calls rows by them: what it assumes stands in docs/outliers.md.
--by kernel scores rows by kernels on the training rows, which tells anomalies better on many tables and needs no held-out rows.
The least likely rows have in the column why which of their columns are unlikely given the others, by how many nats, and
what would be likeliest there.
A row that the model gives no density (NaN, or 0) is called an outlier in any case, and named.
--anomaly class=9 says which rows of the file are anomalies, by a column of it (class, of images that have classes), and has
the area under the ROC curve of the log-density between these and the other rows told.
Images are written by their names, or numbers in their file, without their pixels, and --pictures shows the least and the
most likely ones.
--relative-to adds log p(row) − log p(that row): the unknown constant cancels, so no error of log Z is in it.

Examples:
  ebbflow score runs/mine new.csv --out scored.csv
  ebbflow score runs/mine new.csv --rate 0.05 --json
  ebbflow score runs/mine new.csv --alpha 0.01 --extrapolate
  ebbflow score runs/mine new.csv --by kernel --why 100
  ebbflow score runs/shirts fashion-mnist --shares '{6: 1, 9: 1}' --anomaly class=9 --pictures extremes.png --out scored.csv
  ebbflow score runs/mine new.csv --relative-to 1   # how many times likelier than the first row, as a logarithm`;

/** A number between 0 and 1. */
const share =
  (option: string) =>
  (text: string): number => {
    const value = Number(text);
    if (value > 0 && value < 1) return value;
    throw new InputError(`${option} ${text}: expected a number between 0 and 1, such as 0.1`);
  };

/** Rows that are looked into unless said. */
const LOWEST = 10;

/** Declares the command. */
export function declare(command: Command): void {
  withPictures(withRows(command))
    .argument("<model>", "folder of the run, or a saved model")
    .argument("<file>", `${rowsArgument}; others may stand beside them`)
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .addOption(
      new Option("--by <score>", "what says how unlikely a row is").choices(["energy", "kernel"]).default("energy"),
    )
    .option("--rate <share>", "false calls among the rows called outliers, at most", share("--rate"), 0.1)
    .option("--each", "call each row by its own p-value: --rate is then how often that happens to a row like the data")
    .option("--alpha <share>", "a column more: rows whose own p-value is at most this", share("--alpha"))
    .option("--extrapolate", "continue p-values beyond the held-out rows by the tail of their energies")
    .option(
      "--why <rows>",
      `how many rows, the least likely ones, are told their unlikely columns (default: ${LOWEST}, or 0 of images)`,
      wholeNumber(0),
    )
    .option(
      "--anomaly <column=value>",
      "rows of the file that are anomalies; may be repeated",
      (text: string, before: readonly Known[]) => [...before, parseKnown(text)],
      [],
    )
    .option("--relative-to <row>", "row of the file to compare densities with, counted from 1", wholeNumber(1))
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", help)
    .action(runScore);
}

/** P-values to call rows by. @throws InputError where they are to be continued and cannot be. */
function pValuesOf({ pValue, tail, calibration }: RowScores, extrapolate: boolean): Float64Array {
  if (!extrapolate) return pValue;
  if (tail) return tail.pValue;
  throw new InputError(
    calibration < leastForTail
      ? `--extrapolate: ${calibration} rows to compare with are too few for their tail; it takes ${leastForTail}, or --by kernel`
      : "--extrapolate: the rows to compare with have equal energies in the tail, which no law continues",
  );
}

function callsOf(scores: RowScores, { rate, each = false, alpha, extrapolate = false }: ScoreOptions): Calls {
  const p = pValuesOf(scores, extrapolate);
  const outlier = each ? Array.from(p, (v) => v <= rate) : benjaminiHochberg(p, rate);
  const unlikely = alpha === undefined ? undefined : Array.from(p, (v) => v <= alpha);
  for (const i of scores.withoutDensity) {
    outlier[i] = true;
    if (unlikely) unlikely[i] = true;
  }
  return { outlier, unlikely, rate, each, alpha, extrapolate };
}

/** The least likely rows with what makes them so, by their numbers. */
async function reasonsOf(
  model: Trained,
  { indices, rows }: ReturnType<LeastLikely["found"]>,
  by: ScoreOptions["by"],
): Promise<ReadonlyMap<number, readonly ColumnReason[]>> {
  if (indices.length === 0) return new Map();
  const found = await model.why(rows, { by });
  return new Map(indices.map((i, k) => [i, found[k]!]));
}

/** Images that a picture shows of the least likely, and of the most likely. */
const SHOWN = 16;

/** The least and the most likely images. */
function extremes(d: number) {
  const [least, most] = [leastLikely(SHOWN, d), leastLikely(SHOWN, d)];
  return {
    add(energies: Float64Array, rows: FloatTensor): void {
      least.add(energies, rows);
      most.add(
        energies.map((e) => -e),
        rows,
      );
    },
    /** Of `n` images; none is among both. */
    groups(n: number) {
      const first = ({ found }: LeastLikely): FloatTensor => {
        const { rows } = found();
        return takeRows(rows, [...Array(Math.min(rows.shape[0]!, Math.max(1, Math.floor(n / 2)))).keys()]);
      };
      return [
        { name: "the least likely", rows: first(least) },
        { name: "the most likely", rows: first(most) },
      ];
    },
  };
}

async function runScore(path: string, file: string, options: ScoreOptions): Promise<void> {
  const { out, force = false, by, relativeTo, last, json, pictures } = options;
  if (out !== undefined) expectFree(out, force);
  const model = await openFor(path, { last });
  expectPictures(options, force, model);
  const { columns } = model;
  const { why = model.config.data.image ? 0 : LOWEST } = options;
  const blocks = await loadRowBlocks(model, file, options);
  const [scorer, least] = [model.scorer({ by }), leastLikely(why, columns.length)];
  const ends = pictures === undefined ? undefined : extremes(columns.length);
  const known = options.anomaly.length > 0 ? knownAnomalies(options.anomaly) : undefined;
  const commas = new Set<string>();
  for await (const block of blocks()) {
    const { source, lines, rows, decimalCommas = [] } = block;
    for (const name of decimalCommas) commas.add(name);
    known?.add(block);
    const energies = await scorer.add(rows, { source, ...(lines ? { lines } : {}) });
    least.add(energies, rows);
    ends?.add(energies, rows);
  }
  tellCommas([...commas]);
  const scores = await scorer.scores(relativeTo === undefined ? {} : { relativeTo: relativeTo - 1 });
  const calls = callsOf(scores, options);
  const lowest = least.found();
  const reasons = await reasonsOf(model, lowest, by);
  const parted = known?.found(scores.logDensity);
  const parts = (): AsyncIterable<string> =>
    besideScores(blocks, scoreColumns(scores, calls, reasons), scores.pValue.length);
  if (out !== undefined) await writeAtomicParts(out, parts());
  if (pictures !== undefined && ends)
    await writePictures(pictures, model, {
      title: "Scored images",
      columns: SHOWN / 2,
      groups: ends.groups(scores.pValue.length),
    });
  if (json) return printJson(jsonOf(path, model, { scores, calls, reasons, options, parted }));
  if (out === undefined && pictures === undefined) await printTable(parts());
  const value = (row: number, column: string): number =>
    lowest.rows.data[lowest.indices.indexOf(row) * columns.length + columns.indexOf(column)]!;
  for (const line of tellScores(scores, calls, { reasons, by, value })) say(line);
  if (parted) say(tellKnown(parted));
  if (out !== undefined) say(`${count(scores.pValue.length, "row")} in ${out}`);
}

interface Scored {
  readonly scores: RowScores;
  readonly calls: Calls;
  readonly reasons: ReadonlyMap<number, readonly ColumnReason[]>;
  readonly options: ScoreOptions;
  readonly parted: KnownAnomalies | undefined;
}

function jsonOf(run: string, model: Trained, { scores, calls, reasons, options, parted }: Scored): object {
  const { logDensity, logRatio, pValue, tail, share: outliers, calibration, logZ, withoutDensity } = scores;
  const { rate, each, alpha, extrapolate } = calls;
  const { by, relativeTo, out } = options;
  return {
    ...{ run, step: model.step, by, calibration, logZ, rate, each, ...(relativeTo ? { relativeTo } : {}) },
    ...(alpha === undefined ? {} : { alpha }),
    share: outliers,
    ...(parted ? { rocArea: parted } : {}),
    ...(out === undefined
      ? {
          logDensity: [...logDensity],
          ...(logRatio ? { logRatio: [...logRatio] } : {}),
          pValue: [...pValue],
          ...(extrapolate && tail ? { pTail: [...tail.pValue], shape: tail.shape } : {}),
          outlier: calls.outlier,
          ...(calls.unlikely ? { unlikely: calls.unlikely } : {}),
          why: [...reasons].map(([row, columns]) => ({ row: row + 1, columns })),
          withoutDensity: withoutDensity.map((i) => i + 1),
        }
      : { file: out }),
  };
}
