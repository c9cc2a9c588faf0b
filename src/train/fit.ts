/** The short way: a normalised density from rows, in memory, with every default chosen. */

import type { z } from "zod";
import { type configSchema, type RunConfig, resolveConfig } from "../config/config.js";
import { prepareRun } from "../config/prepare-run.js";
import type { LabelColumn } from "../data/labels.js";
import type { Evaluation } from "../evaluation/evaluate.js";
import type { Trained } from "../model/trained.js";
import type { Where } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { asRows, type Rows } from "../util/rows.js";
import { type ImageShape, showShape, tensor } from "../util/tensor.js";
import { runSession } from "./run-session.js";
import { startSession } from "./start.js";

/** The configuration of a run, without where its data lie. */
export type FitOptions = Partial<Omit<z.input<typeof configSchema>, "data">> & {
  /** Share of the rows held out for the evaluation. */
  readonly test?: number;
  /** Share of the rows that choose the best parameters, every `evaluateEvery` steps: few rows are soon over-fitted. */
  readonly validation?: number;
  /** How columns are scaled for the training, as `data.standardize` of a configuration: each to deviation 1 unless said. */
  readonly standardize?: RunConfig["data"]["standardize"];
  /** Kinds of columns, called `x1 … xd`, as `data.as` of a configuration: what their numbers say unless told. */
  readonly as?: RunConfig["data"]["as"];
  /** Channels, height and width of the images whose pixels the columns are, with so many levels, 256 unless said. */
  readonly image?: ImageShape;
  readonly levels?: number;
  /** Whether images are mirrored left to right with probability ½ whenever a batch takes them. */
  readonly flips?: boolean;
  /** Classes of the rows: names or whole numbers, one a row. The energy is a classifier then, unless another is named. */
  readonly labels?: ArrayLike<string | number>;
  /** Number of classes, where labels are whole numbers from 0; else the labels there are. */
  readonly classes?: number;
  /** Called after every step; returning `false` ends the training early. */
  readonly progress?: (step: number, metrics: Readonly<Record<string, number>>) => boolean | undefined;
} & Where;

/**
 * Train an energy-based model, and the flow that keeps its mode weights right, on rows `(n, d)`, a tensor or nested arrays.
 *
 * `const model = await fit(rows); const logp = await model.logDensity(points);`
 * With `labels` a classifier is trained that is a density as well.
 * @throws InputError when rows, labels or options make no run. @throws NumericError when training diverges.
 */
export async function fit(
  points: Rows,
  {
    test = 0.2,
    validation,
    standardize = true,
    as,
    image,
    levels,
    flips,
    progress,
    labels,
    classes,
    engine,
    ...options
  }: FitOptions = {},
): Promise<Trained & { readonly evaluation: Evaluation }> {
  const rows = asRows("fit", points);
  if (rows.shape.length !== 2) throw new InputError(`fit: rows have shape ${showShape(rows.shape)}, expected (n, d)`);
  const share = validation ?? (options.select === "last" ? 0 : 0.1);
  const labelled = labels && labelColumn(labels, rows.shape[0]!);
  const seen = { ...(levels === undefined ? {} : { levels }), ...(flips === undefined ? {} : { flips }) };
  const of = { ...(as ? { as } : {}), ...(image ? { image } : {}), ...seen };
  const about = { ...of, ...(labels ? { label: "labels" } : {}), ...(classes === undefined ? {} : { classes }) };
  const raw = resolveConfig({
    ...options,
    data: { file: "rows in memory", standardize, validation: share, test, ...about },
  });
  const columns = Array.from({ length: rows.shape[1]! }, (_, i) => `x${i + 1}`);
  const doubles = tensor(Float64Array.from(rows.data), rows.shape);
  const table = { source: "rows in memory", columns, rows: doubles, ...(labelled ? { labels: labelled } : {}) };
  const { config, data } = prepareRun(raw, table);
  const session = await runSession(await startSession(config, data, { engine }), progress);
  return session.trained();
}

/** Labels in memory as a column, rows counted from 0. @throws InputError unless there is one a row, and none is missing. */
function labelColumn(labels: ArrayLike<string | number>, n: number): LabelColumn {
  if (labels.length !== n) throw new InputError(`fit: ${labels.length} labels for ${n} rows; expected one each`);
  const cells = Array.from(labels, (label, i) => {
    if (label === "" || label === undefined || label === null || Number.isNaN(label))
      throw new InputError(`fit: the label of row ${i} (from 0) is missing; give one, or leave the row out`);
    return String(label);
  });
  return { column: "labels", cells, rows: cells.map((_, i) => i) };
}
