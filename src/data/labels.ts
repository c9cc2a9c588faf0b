/** Classes of rows: what a column of labels says, as numbers. */

import type { Key } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { suggest } from "../util/suggest.js";
import { type Tensor, tensor } from "../util/tensor.js";
import { splitRows } from "./split-rows.js";

/** A column of labels as it was read. */
export interface LabelColumn {
  readonly column: string;
  /** One a row. */
  readonly cells: readonly string[];
  /** Numbers of the rows, as the file counts them. */
  readonly rows: readonly number[];
}

export interface Labels {
  /** The column they come from. */
  readonly column: string;
  /** Names of the classes in order: by value where all are whole numbers, else by their letters' codes. */
  readonly classes: readonly string[];
  /** The class of each row, `0 … classes − 1`. */
  readonly indices: Int32Array;
}

/** Labels divided as the rows are. */
export interface SplitLabels extends Omit<Labels, "indices"> {
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

const isNumber = (cell: string): boolean => cell !== "" && Number.isFinite(Number(cell));
const isWhole = (cell: string): boolean => isNumber(cell) && Number.isSafeInteger(Number(cell));
/** `07` and `7.0` are the label `7`. */
const plain = (cell: string): string => (isWhole(cell) ? String(Number(cell)) : cell);
const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const at = (source: string, { column, rows }: LabelColumn, i: number): string =>
  `${source}: row ${rows[i]}, column ${column}`;

/**
 * The classes of a column of text or of whole numbers: its distinct values, or `0 … count − 1` where a number of classes
 * is given.
 * @throws InputError for numbers that are not whole, labels out of the range that is given, a single class, or more
 * classes than half the rows: a measurement taken for a label.
 */
export function readLabels(source: string, given: LabelColumn, count?: number): Labels {
  const { column, cells } = given;
  if (count !== undefined) {
    const classes = Array.from({ length: count }, (_, k) => String(k));
    const wrong = cells.findIndex((cell) => !classes.includes(plain(cell)));
    if (wrong >= 0)
      throw new InputError(
        `${at(source, given, wrong)}: label ${cells[wrong]} is out of range; ${count} classes are whole numbers from 0 to ${count - 1}`,
      );
    return { column, classes, indices: Int32Array.from(cells, (cell) => Number(cell)) };
  }
  const numeric = cells.every(isNumber);
  const broken = numeric ? cells.findIndex((cell) => !isWhole(cell)) : -1;
  if (broken >= 0)
    throw new InputError(
      `${at(source, given, broken)}: ${cells[broken]} is no label; labels are text or whole numbers, and a measurement is no class`,
    );
  const names = numeric ? cells.map(plain) : cells;
  const classes = [...new Set(names)].sort(numeric ? (a, b) => Number(a) - Number(b) : byCode);
  if (classes.length < 2)
    throw new InputError(`${source}: column ${column}: every label is ${classes[0]}; at least two classes are needed`);
  if (classes.length > cells.length / 2)
    throw new InputError(
      `${source}: column ${column} has ${classes.length} different labels in ${cells.length} rows; is it a measurement? Name a column of classes`,
    );
  const numbers = new Map(classes.map((name, k) => [name, k]));
  return { column, classes, indices: Int32Array.from(names, (name) => numbers.get(name)!) };
}

/**
 * The numbers of known classes in a column of labels.
 * @throws InputError naming the row whose label is none of them.
 */
export function labelIndices(source: string, given: LabelColumn, classes: readonly string[]): Int32Array {
  const numbers = new Map(classes.map((name, k) => [name, k]));
  return Int32Array.from(given.cells, (cell, i) => {
    const found = numbers.get(cell) ?? numbers.get(plain(cell));
    if (found === undefined)
      throw new InputError(
        `${at(source, given, i)}: label ${JSON.stringify(cell)} is none of the classes of the run${suggest(cell, classes)}; there are: ${classes.join(", ")}`,
      );
    return found;
  });
}

/**
 * Labels divided by the permutation that `splitRows` divides rows by, with the same key and shares.
 * @throws InputError when a class has held-out rows and none to train on.
 */
export function splitLabels(
  key: Key,
  { column, classes, indices }: Labels,
  shares: { readonly validation?: number; readonly test?: number },
): SplitLabels {
  const parts = splitRows(key, tensor(Float64Array.from(indices)), shares);
  const [train, validation, test] = [parts.train, parts.validation, parts.test].map(({ data }) =>
    Int32Array.from(data),
  ) as [Int32Array, Int32Array, Int32Array];
  const unseen = [...validation, ...test].find((k) => !train.includes(k));
  if (unseen !== undefined) {
    const rows = indices.filter((k) => k === unseen).length;
    throw new InputError(
      `class ${classes[unseen]} of column ${column} has ${rows} row${rows === 1 ? "" : "s"}, all of them held out; give more rows of it, or another seed; or is ${column} a measurement, not a class?`,
    );
  }
  return { column, classes, train, validation, test };
}

/** `(n, count)`: 1 in the column of each row's class, else 0. */
export function oneHotLabels(indices: Int32Array, count: number): Tensor<Float32Array> {
  const out = new Float32Array(indices.length * count);
  for (const [i, k] of indices.entries()) out[i * count + k] = 1;
  return tensor(out, [indices.length, count]);
}
