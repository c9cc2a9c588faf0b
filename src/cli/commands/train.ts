/** `ebbflow train` */

import { existsSync } from "node:fs";
import { basename, extname, isAbsolute, join, relative } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { RunConfig } from "../../config/config.js";
import type { RunData } from "../../config/prepare.js";
import { isDiscrete, registries } from "../../config/registries.js";
import { countDuplicates, showKinds } from "../../data/columns/describe.js";
import { commaNotices } from "../../data/commas.js";
import type { CsvTable } from "../../data/csv.js";
import { STDIN } from "../../data/load-csv.js";
import { createRun } from "../../run/create.js";
import { openRun } from "../../run/open.js";
import { InputError } from "../../util/errors.js";
import { count } from "../../util/words.js";
import { composeConfig, layered, type Overlay, parseSetting } from "../compose-config.js";
import { type ConfigFile, isRecord, readConfigFile } from "../config-file.js";
import { type FollowOptions, followRun } from "../follow-run.js";
import { nextFree } from "../next-free.js";
import { say } from "../terminal.js";
import {
  type ColumnFlags,
  columnOverlays,
  imageOverlay,
  imagesOf,
  loadTrainingTable,
  withColumnFlags,
} from "../training-table.js";
import { wholeNumber } from "../whole-number.js";

interface TrainOptions extends FollowOptions, ColumnFlags {
  readonly missing?: string;
  readonly out?: string;
  readonly config?: string;
  readonly set?: readonly string[];
  readonly dataset?: string;
  readonly label?: string;
  readonly objective?: string;
  readonly steps?: number;
  readonly seed?: number;
  readonly select?: string;
  readonly onDivergence?: string;
}

const help = `
The configuration is made of --config, then flags, then --set, each over the one before; ebbflow list config shows every
key with its default. Rows are split into training, validation and test, and standardised, unless data.standardize is
false; those of an energy of bits, such as rbm, stay what they are.

Progress shows the gap between the mean energies of data and chains, the shares of accepted local moves and jumps, and
the log-likelihood of validation rows. Ctrl-C saves a checkpoint and prints how to go on.

Examples:
  ebbflow train points.csv --out runs/mine
  zcat points.csv.gz | ebbflow train - --out runs/mine
  ebbflow train points.csv --set 'data.columns=[height,weight]' --steps 5000
  ebbflow train flowers.csv --label species --out runs/flowers
  ebbflow train --dataset two-modes --objective pcd --seed 3
  ebbflow train bits.csv --set energy.name=rbm
  ebbflow train points.csv --set flow.name=realnvp --set flow.layers=4 --set optimizer.energy.name=adamw
  ebbflow train --config mine.yaml --out runs/mine-2

A configuration file:
  data: { file: points.csv }    # relative to the configuration's folder
  energy: { name: tilted, hidden: [64, 64] }
  flow: { name: realnvp, layers: 4 }
  steps: 3000`;

/** Declares the command. */
export function declare(command: Command): void {
  const names = (members: readonly { readonly name: string }[]): string => members.map(({ name }) => name).join(", ");
  withColumnFlags(
    command
      .argument(
        "[data.csv]",
        "table of numbers, one point a row: CSV, JSON lines, .npy, .npz or Parquet, also compressed by gzip; or a folder of images: IDX (MNIST, Fashion-MNIST), CIFAR-10 or PNG; - for stdin",
      )
      .option("-o, --out <dir>", "folder of the run (default: the next free runs/<name of the data>)")
      .option("-c, --config <file>", "configuration, YAML")
      .option("--set <key=value>", "one key of the configuration, dotted; the value is YAML; may be repeated", collect),
  )
    .option("--missing <what>", "rows with missing cells: refuse (default), drop, or impute: drawn given the others")
    .option("--dataset <name>", `a built-in data set instead of a file: ${names(registries.datasets)}`)
    .option(
      "--label <column>",
      "column of classes, text or whole numbers: trains a classifier that is a density as well",
    )
    .option("--objective <name>", `how to train: ${names(registries.objectives)}`)
    .option("--steps <n>", "training steps", wholeNumber(1))
    .option("--seed <n>", "all randomness comes from it", wholeNumber(0))
    .addOption(
      new Option("--select <which>", "parameters to keep: best on validation rows, or last").choices(["best", "last"]),
    )
    .addOption(
      new Option(
        "--on-divergence <what>",
        "when training diverges: stop, or roll back to a checkpoint and go on at half the learning rate",
      ).choices(["stop", "rollback"]),
    )
    .option("--json", "print the result as one JSON document")
    .option("-q, --quiet", "no progress")
    .addHelpText("after", help)
    .action(async (data: string | undefined, options: TrainOptions) => {
      if (data !== undefined && options.dataset !== undefined)
        command.error("error: give a CSV file or --dataset, not both");
      process.exitCode = await train(data, options);
    });
}

/** Part of the rows that may be there twice before it is said. */
const TWINS = 0.01;

function rowsWithHoles({ rows: { data, shape } }: CsvTable): number {
  const [n, d] = shape as [number, number];
  return Array.from({ length: n }, (_, i) => data.subarray(i * d, (i + 1) * d).some(Number.isNaN)).filter(Boolean)
    .length;
}

/** How the rows are used, what was found of the columns, and which rows were left out. */
function columnNotices(
  { coordinates, train, validation, test }: RunData,
  table: CsvTable | undefined,
  { missing, image }: RunConfig["data"],
  real: boolean,
): string[] {
  const { columns } = coordinates;
  const kinds = image ? null : showKinds(columns);
  const constant = columns.filter(({ width }) => width === 0).map(({ name }) => name);
  const parts = Object.entries({ training: train, validation, test }).map(
    ([name, { shape }]) => [name, shape[0]!] as const,
  );
  const kept = parts.reduce((all, [, n]) => all + n, 0);
  const lacking = table ? table.rows.shape[0]! - kept : 0;
  const filled = table && missing === "impute" ? rowsWithHoles(table) - lacking : 0;
  // Of columns that are not all ties, rows that are equal are copies; those of bits are what is counted.
  const twins = table && real && columns.some(({ noisy, width }) => width > 0 && !noisy) ? countDuplicates(table) : 0;
  const used = lacking > 0 ? `${kept} of ${lacking + kept} rows` : "rows";
  return [
    `${used}: ${parts.map(([name, n]) => `${n} ${name}`).join(", ")}`,
    ...commaNotices(table?.decimalCommas).map((text) => `notice: ${text}`),
    ...(image ? [`images of ${image[1]} × ${image[2]} pixels and ${count(image[0], "channel")}`] : []),
    ...(kinds === null ? [] : [`${kinds}; any others are real (ebbflow inspect says why, --as changes it)`]),
    ...(constant.length > 0
      ? [`notice: ${constant.join(", ")}: constant, left out of the model and given back by sample`]
      : []),
    ...(lacking > 0
      ? [
          `notice: ${lacking} of ${lacking + kept} rows ${lacking === 1 ? "lacks a cell and is" : "lack a cell and are"} left out`,
        ]
      : []),
    ...(filled > 0
      ? [
          `notice: ${filled} of ${lacking + kept} rows lack a cell; they are trained on with a draw of it given the others, and those held out are whole rows`,
        ]
      : []),
    ...(twins > kept * TWINS
      ? [
          `notice: ${count(twins, "row")} ${twins === 1 ? "is" : "are"} in the table before, so that rows held out may be ones that were learned: likelihoods and p-values are then too good; leave copies out`,
        ]
      : []),
  ];
}

function collect(value: string, before: readonly string[] = []): string[] {
  if (!value.includes("=")) throw new InvalidArgumentError("Expected key=value, such as flow.layers=4.");
  return [...before, value];
}

async function train(data: string | undefined, options: TrainOptions): Promise<number> {
  const file = options.config === undefined ? undefined : readConfigFile(options.config);
  const overlays = [...overlaysOf(data, options, file), ...(options.set ?? []).map(parseSetting)];
  const written = layered(file, overlays);
  const images = imagesOf(written);
  const isTold = isRecord(written.data) && written.data.image !== undefined;
  const config = composeConfig(file, [...overlays, ...(images && !isTold ? [imageOverlay(images)] : [])]);
  const source = config.data.file;
  if (source !== undefined) expectFile(source);
  const { label } = config.data;
  const real = !isDiscrete(config);
  const table = source === undefined ? undefined : await loadTrainingTable(config, { images });
  const out = options.out ?? nextFree(join("runs", nameOf(config)));
  createRun(out, { config: withPathFrom(out, config), ...(table ? { table } : {}), command: process.argv.slice(2) });
  if (!options.quiet) {
    const size = table
      ? `${count(table.rows.shape[0]!, "row")} of ${count(table.columns.length, "column")} from ${table.source}`
      : `${config.data.points} points of ${config.data.dataset}`;
    say(`${out}: ${size}`);
    const run = openRun(out);
    for (const notice of columnNotices(run.data, table, run.config.data, real)) say(notice);
    if (real && table?.rows.data.every((v) => v === 0 || v === 1))
      say("notice: every number is 0 or 1, and the energy is of real points; one of bits: --set energy.name=rbm");
    if (label !== undefined && !openRun(out).model.energy.classes)
      say(`notice: energy ${config.energy.name} knows no classes; the labels are kept and not used`);
  }
  return followRun(out, options);
}

/** What the flags say. One source of data takes the place of another, with what belongs to it. */
function overlaysOf(data: string | undefined, options: TrainOptions, file: ConfigFile | undefined): Overlay[] {
  const { dataset, label, missing, objective, steps, seed, select, onDivergence } = options;
  const before = { ...file?.content };
  const away = (key: string): Overlay => ({ path: ["data", key], value: undefined, from: "" });
  const nameIn = (set: string): unknown => (isRecord(before[set]) ? before[set].name : undefined);
  const oldDataset = isRecord(before.data) ? before.data.dataset : undefined;
  const flag = (path: readonly string[], value: unknown, name: string): Overlay[] =>
    value === undefined ? [] : [{ path, value, from: `--${name} ${value}` }];
  return [
    ...(data === undefined
      ? []
      : [away("dataset"), away("options"), { path: ["data", "file"], value: data, from: data }]),
    ...(dataset === undefined
      ? []
      : [
          away("file"),
          away("columns"),
          away("drop"),
          away("as"),
          away("missing"),
          away("label"),
          away("classes"),
          ...(oldDataset === dataset ? [] : [away("options")]),
        ]),
    ...columnOverlays(options),
    ...flag(["data", "missing"], missing, "missing"),
    ...flag(["data", "dataset"], dataset, "dataset"),
    ...flag(["data", "label"], label, "label"),
    ...(objective === undefined || nameIn("objective") === objective
      ? []
      : [{ path: ["objective"], value: { name: objective }, from: `--objective ${objective}` }]),
    ...flag(["steps"], steps, "steps"),
    ...flag(["seed"], seed, "seed"),
    ...flag(["select"], select, "select"),
    ...flag(["onDivergence"], onDivergence, "on-divergence"),
  ];
}

/** A data set's name where a file is expected is a slip worth a hint. */
function expectFile(source: string): void {
  if (!existsSync(source) && registries.datasets.some(({ name }) => name === source))
    throw new InputError(`${source}: no such file; for the built-in data set: --dataset ${source}`);
}

function nameOf({ data: { dataset, file = "run" } }: RunConfig): string {
  const plain = file === STDIN ? "stdin" : basename(file).replace(/\.gz$/i, "");
  return (dataset ?? basename(plain, extname(plain))).replace(/[^\w.-]+/g, "-") || "run";
}

/** In a run's folder, too, the path of the data is relative to the configuration. */
function withPathFrom(out: string, config: RunConfig): RunConfig {
  const { file } = config.data;
  return file === undefined || file === STDIN || isAbsolute(file)
    ? config
    : { ...config, data: { ...config.data, file: relative(out, file) } };
}
