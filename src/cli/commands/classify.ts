/** `ebbflow classify` */

import { basename, resolve } from "node:path";
import type { Command } from "commander";
import type { CsvTable } from "../../data/csv.js";
import { labelIndices } from "../../data/labels.js";
import { writeCsv } from "../../data/write-csv.js";
import { type ClassScores, scoreClasses } from "../../evaluation/class-scores.js";
import { classifyBetween } from "../../model/classify-between.js";
import type { Trained } from "../../model/trained.js";
import { fold, makeKey } from "../../random/key.js";
import { writeAtomic } from "../../store/atomic.js";
import { InputError } from "../../util/errors.js";
import { type FloatTensor, type Tensor, tensor } from "../../util/tensor.js";
import { count } from "../../util/words.js";
import { expectFree } from "../expect-free.js";
import { loadRows, type RowOptions, withRows } from "../image-rows.js";
import { openFor } from "../open-model.js";
import { showClassScores } from "../show-class-scores.js";
import { printJson, printTable, say } from "../terminal.js";
import { wholeNumber } from "../whole-number.js";

interface CommandOptions extends RowOptions {
  readonly out?: string;
  readonly force?: boolean;
  readonly label?: string;
  readonly priors?: readonly number[];
  readonly seed: number;
  readonly last?: boolean;
  readonly json?: boolean;
}

const help = `
One run that was trained with --label knows p(class | row). Several runs, one a class, are compared by Bayes' rule on their
densities; classes are called after the folders, and are as common as the runs have rows unless --priors says otherwise.
Where the file has the column of labels, accuracy, log-loss, Brier score and calibration go to stderr.

A row like none of the classes still gets one: a small pValue says that the row is unlike the data, as in ebbflow score.

Examples:
  ebbflow classify runs/penguins new.csv --out classes.csv
  ebbflow classify runs/adelie runs/chinstrap runs/gentoo new.csv --priors 0.4,0.2,0.4
  ebbflow classify runs/adelie runs/gentoo labelled.csv --label species --json`;

function numbers(text: string): readonly number[] {
  const values = text.split(",").map((cell) => (cell.trim() === "" ? Number.NaN : Number(cell)));
  if (values.some((v) => !(v > 0 && v < Number.POSITIVE_INFINITY)))
    throw new InputError(`--priors ${text}: expected a positive number for each run, such as 0.4,0.6`);
  return values;
}

/** Declares the command. */
export function declare(command: Command): void {
  withRows(command)
    .argument("<dir>", "folder of a run trained with --label, or of the run of the first class")
    .argument("<paths...>", "folders of the runs of the other classes, if any, and last the table")
    .usage("[options] <dir> [dirs...] <file>")
    .option("-o, --out <file>", "CSV file to write; stdout unless given")
    .option("-f, --force", "overwrite the file if it exists")
    .option("--label <column>", "column of the file with the true classes (default: that of the run, if it is there)")
    .option("--priors <list>", "how common the classes of several runs are, with commas, in any unit", numbers)
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0), 0)
    .option("--last", "the newest parameters, not the best on validation rows")
    .option("--json", "print the result as one JSON document")
    .addHelpText("after", help)
    .action(runClassify);
}

async function runClassify(first: string, others: readonly string[], options: CommandOptions): Promise<void> {
  const { out, force = false, seed, priors, json } = options;
  if (out !== undefined) expectFree(out, force);
  const folders = [first, ...others.slice(0, -1)];
  const file = others.at(-1)!;
  if (priors && folders.length === 1)
    throw new InputError("--priors is for several runs: one run knows how common its classes are");
  const models: Trained[] = [];
  for (const folder of folders) models.push(await openFor(folder, options));
  const [model] = models as [Trained, ...Trained[]];
  const label = options.label ?? (models.length === 1 ? model.data.labels?.column : undefined);
  const table = await loadRows(model, file, options, { label, labelOptional: options.label === undefined });
  const key = fold(makeKey(seed), "classify");
  const found =
    models.length === 1
      ? await classifyByOne(folders[0]!, model, table.rows)
      : await classifyBySeveral(folders, models, table.rows, priors);
  const scores = table.labels
    ? scoreClasses({
        probabilities: found.probabilities,
        labels: labelIndices(file, table.labels, found.names),
        key: fold(key, "calibration"),
      })
    : null;
  const csv = csvOf(found);
  if (out !== undefined) writeAtomic(out, csv);
  if (json) return printJson(documentOf(folders, models, found, scores, out));
  if (out === undefined) await printTable(csv);
  tell(table, found, scores);
  if (out !== undefined) say(`${count(table.rows.shape[0]!, "row")} in ${out}`);
}

interface ClassifiedRows {
  /** Names of the classes. */
  readonly names: readonly string[];
  /** The most probable class of each row, from 0. */
  readonly classes: Int32Array;
  /** `p(class | x)`, `(n, classes)`. */
  readonly probabilities: Tensor<Float64Array>;
  /** Conformal p-value of each row: how often a held-out row is as unlikely, whatever its class; `null` without any. */
  readonly pValue: Float64Array | null;
  /** Why not to trust them; `null` when nothing speaks against it. */
  readonly note: string | null;
}

/** @throws InputError when the run had no labels, or its energy knows no classes. */
async function classifyByOne(path: string, model: Trained, rows: FloatTensor): Promise<ClassifiedRows> {
  if (model.classes.length === 0)
    throw new InputError(
      `${path} was trained on rows without labels; train it with --label, or give one run for each class`,
    );
  if (!model.energy.classes)
    throw new InputError(
      `${path}: energy ${model.config.energy.name} knows no classes; train a classifier, by the objective jem`,
    );
  const found = await model.classify(rows);
  const held = await model.heldOut();
  const pValue = held.length === 0 ? null : (await model.score(rows)).pValue;
  return { names: model.classes, ...found, pValue, note: null };
}

/** Classes are called after the folders of their runs. */
async function classifyBySeveral(
  folders: readonly string[],
  models: readonly Trained[],
  rows: FloatTensor,
  priors: readonly number[] | undefined,
): Promise<ClassifiedRows> {
  const named = models.map((model, i) => ({ model, name: basename(resolve(folders[i]!)) }));
  const found = await classifyBetween(named, rows, priors);
  return { ...found, names: named.map(({ name }) => name), pValue: null };
}

/** The class of each row, then the probability of every class, then the p-value. */
function csvOf({ names, classes, probabilities, pValue }: ClassifiedRows): string {
  const [n, k] = [classes.length, names.length];
  const columns = [...names.map((name) => `p(${name})`), ...(pValue ? ["pValue"] : [])];
  const d = columns.length;
  const rows = tensor(
    Float64Array.from({ length: n * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      return j < k ? Number(probabilities.data[i * k + j]!.toPrecision(6)) : pValue![i]!;
    }),
    [n, d],
  );
  return writeCsv({ columns, rows, labels: { column: "class", cells: Array.from(classes, (c) => names[c]!) } });
}

function documentOf(
  folders: readonly string[],
  models: readonly Trained[],
  { names, classes, probabilities, pValue, note }: ClassifiedRows,
  scores: ClassScores | null,
  out: string | undefined,
): object {
  const k = names.length;
  const rows = {
    class: Array.from(classes, (c) => names[c]!),
    probabilities: Array.from(classes, (_, i) => [...probabilities.data.subarray(i * k, (i + 1) * k)]),
    ...(pValue ? { pValue: [...pValue] } : {}),
  };
  return {
    runs: folders.map((run, i) => ({ run, step: models[i]!.step })),
    ...{ classes: names, note, scores },
    ...(out === undefined ? rows : { file: out }),
  };
}

function tell({ rows }: CsvTable, { names, classes, note }: ClassifiedRows, scores: ClassScores | null): void {
  const counts = names.map((name, k) => `${name} ${classes.filter((c) => c === k).length}`);
  say(`${rows.shape[0]} rows: ${counts.join(", ")}`);
  if (scores) for (const line of showClassScores(scores, "labelled")) say(line);
  if (note) say(`notice: ${note}`);
}
