/** From a configuration and rows to everything a run computes with. */

import { type Coordinates, identityCoordinates } from "../data/columns/coordinates.js";
import { dequantised } from "../data/columns/dequantise.js";
import type { CsvTable } from "../data/csv.js";
import type { Dataset, Distribution } from "../data/dataset.js";
import { joinRows } from "../data/join-rows.js";
import { labelIndices, oneHotLabels, readLabels, type SplitLabels, splitLabels } from "../data/labels.js";
import * as datasets from "../data/members.js";
import { splitRows } from "../data/split-rows.js";
import type { Energy, EnergyDeclaration } from "../energies/energy.js";
import * as energies from "../energies/members.js";
import { showSupport } from "../energies/support.js";
import { findFlow, flowTakes } from "../flows/find-flow.js";
import { flattened } from "../flows/flattened.js";
import type { Flow } from "../flows/flow.js";
import * as objectives from "../objectives/members.js";
import type { Iteration, Model, Objective } from "../objectives/objective.js";
import * as optimizers from "../optim/members.js";
import type { Transform } from "../optim/transform.js";
import { fold, type Key, makeKey } from "../random/key.js";
import { InputError, under } from "../util/errors.js";
import { findMember } from "../util/options.js";
import { mapValues } from "../util/records.js";
import { cast, type FloatTensor } from "../util/tensor.js";
import type { Member, RunConfig } from "./config.js";
import { expectStates } from "./discrete-rows.js";
import { type DividedTable, divideTable, fillRows } from "./fill-rows.js";
import { fitCoordinates, kindsOf, wholeRows } from "./fit-coordinates.js";
import { isDiscrete } from "./registries.js";

/** Rows in the coordinates the model sees, and the way back. */
export interface RunData {
  /** Names of the columns of the table. */
  readonly columns: readonly string[];
  readonly coordinates: Coordinates;
  readonly train: FloatTensor;
  readonly validation: FloatTensor;
  readonly test: FloatTensor;
  /** Classes of the rows, where they have labels. */
  readonly labels?: SplitLabels;
}

/** The key every part of a run derives its own from. */
export const runKey = (config: RunConfig): Key => makeKey(config.seed);

/** The known distribution behind a built-in data set, if the run has one. */
export function distributionOf({ data }: RunConfig): Distribution | undefined {
  if (data.dataset === undefined) return undefined;
  const found = findMember("dataset", Object.values(datasets) as unknown as readonly Dataset[], data.dataset);
  return found(data.options);
}

/** The rows of a run. */
function rowsOf(config: RunConfig, key: Key, table: CsvTable | undefined): CsvTable {
  const distribution = distributionOf(config);
  if (distribution) {
    const rows = distribution.draw(fold(key, "draw"), config.data.points);
    const columns = Array.from({ length: rows.shape[1]! }, (_, i) => `x${i + 1}`);
    return { source: `dataset ${config.data.dataset}`, columns, rows };
  }
  if (!table) throw new InputError("the run has neither a file nor a data set");
  return table;
}

/** Its rows to be split, and those that lack cells, where they are to be trained on as well. */
function divided(
  { data: { missing } }: RunConfig,
  table: CsvTable,
  discrete: boolean,
): Partial<DividedTable> & Pick<DividedTable, "whole"> {
  if (missing === "drop") return { whole: wholeRows(table) };
  if (missing !== "impute" || !table.rows.data.some(Number.isNaN)) return { whole: table };
  if (discrete)
    throw new InputError("cells are filled in of real points, not of bits; leave such rows out (missing: drop)", [
      "data",
      "missing",
    ]);
  wholeRows(table);
  return divideTable(table);
}

/**
 * Draw or take the rows, split those that are whole, and bring their columns into the coordinates of the model, by what the training rows
 * say of each; discrete points stay what they are.
 * @throws InputError when there are no rows, they are no points of the energy, or a column is not of its kind.
 */
export function prepareData(config: RunConfig, given: CsvTable | undefined): RunData {
  const key = fold(runKey(config), "data");
  const table = rowsOf(config, key, given);
  const discrete = isDiscrete(config);
  const { whole, lacking } = divided(config, table, discrete);
  const { columns, source } = table;
  const { rows } = whole;
  const labels = whole.labels && readLabels(source, whole.labels, config.data.classes);
  const fromLaw = distributionOf(config)?.support;
  if (fromLaw && !discrete)
    throw new InputError(
      `${source} has ${showSupport(fromLaw)} points, and those of energy ${config.energy.name} are real; choose an energy of discrete points`,
    );
  if (rows.shape[0] === 1) throw new InputError(`${source}: only one row; at least two are needed`);
  const of = lacking ? { all: table.rows, lacking: true } : { all: rows };
  const found = { columns, ...of, texts: table.texts, look: config.data.file !== undefined };
  const kinds = discrete ? [] : kindsOf(config, found);
  const parts = splitRows(fold(key, "split"), rows, config.data);
  const coordinates = discrete
    ? identityCoordinates(columns.length, columns)
    : fitCoordinates(config, { ...found, train: parts.train }, kinds);
  const { support } = buildModel(config, [coordinates.width], labels?.classes.length).energy;
  expectStates({ ...table, source, columns, rows }, support, config.energy.name);
  const train = lacking
    ? joinRows([parts.train, fillRows(coordinates, parts.train, lacking.rows, fold(key, "missing"))])
    : parts.train;
  const inModel = (part: "train" | "validation" | "test"): FloatTensor =>
    cast(dequantised(coordinates, { ...parts, train }[part], fold(fold(key, "cells"), part)), "float32");
  return {
    columns,
    coordinates,
    train: inModel("train"),
    validation: inModel("validation"),
    test: inModel("test"),
    ...(labels ? { labels: withLabels(splitLabels(fold(key, "split"), labels, config.data), lacking) } : {}),
  };
}

/** The labels of rows that are trained on beside those that were split. @throws InputError for a class of no whole row. */
function withLabels(split: SplitLabels, more: CsvTable | undefined): SplitLabels {
  if (!more?.labels) return split;
  const own = labelIndices(more.source, more.labels, split.classes);
  return { ...split, train: Int32Array.from([...split.train, ...own]) };
}

/** The number of classes of the rows, if they have labels. */
export const classCount = ({ labels }: RunData): number | undefined => labels?.classes.length;

/** One-hot classes `(n, classes)` of the training rows, as part of a loop whose trainer needs them. */
export const trainingLabels = (
  { labels: classes }: Pick<Iteration, "labels">,
  { labels }: RunData,
): { readonly labels?: FloatTensor } => (classes && labels ? { labels: oneHotLabels(labels.train, classes) } : {});

// Members are called with options that `resolveConfig` has already checked against their own schemas.
const find = <T>(set: string, members: object, { name }: Member): T =>
  findMember(set, Object.values(members) as { readonly name: string }[], name) as unknown as T;

const optionsOf = ({ name: _, ...options }: Member): never => options as never;

/** The flow of rows: one of vectors, or one of the images that the rows are the pixels of. */
function flowOf(chosen: Member, event: readonly number[], image: readonly number[] | undefined): Flow {
  const known = image && flowTakes(chosen.name, image) ? image : event;
  return flattened(findFlow(chosen.name, known)(optionsOf(chosen), known));
}

/**
 * The energy and the flow of a configuration.
 * @throws InputError when the energy does not take points of that shape, or is of categorical ones, which are no
 * numbers of a table.
 * @param classes how many there are, where rows have labels.
 */
export function buildModel(config: RunConfig, event: readonly number[], classes?: number): Model {
  const { flow: chosen } = config;
  const { image } = config.data;
  const flow: Flow | undefined = chosen === null ? undefined : under("flow", () => flowOf(chosen, event, image));
  const declared = find<EnergyDeclaration>("energy", energies, config.energy);
  if (declared.support === "categorical")
    throw new InputError(
      `energy ${config.energy.name}: its points are categorical, and columns of a run are real or binary; train it from the library`,
      ["energy"],
    );
  const context = {
    event,
    ...(image ? { image } : {}),
    ...(flow ? { base: flow } : {}),
    ...(classes === undefined ? {} : { classes }),
  };
  const energy: Energy = declared(optionsOf(config.energy), context);
  return { event, ...(image ? { image } : {}), energy, ...(flow ? { flow } : {}) };
}

/** One iteration of the configured objective. */
export const buildIteration = ({ objective, batch }: Pick<RunConfig, "objective" | "batch">, model: Model): Iteration =>
  find<Objective>("objective", objectives, objective)(model, batch, optionsOf(objective));

/** The optimizer of each group, for a run of `steps`. */
export const buildOptimizers = (config: RunConfig, steps: number): Record<string, Transform> =>
  mapValues(config.optimizer, (member) =>
    find<{ make(options: never, steps: number): Transform }>("optimizer", optimizers, member).make(
      optionsOf(member),
      steps,
    ),
  );
