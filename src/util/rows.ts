/** Rows of numbers as people have them. */

import { InputError } from "./errors.js";
import { type FloatTensor, showShape, sizeOf, tensor } from "./tensor.js";

/** Rows as a tensor `(n, ...event)`, or as nested arrays, one for each row of `d` numbers: `[[1, 2], [3, 4]]`. */
export type Rows = FloatTensor | readonly ArrayLike<number>[];

/**
 * Rows as a tensor: one that is given passes through untouched; nested arrays become `(n, d)` in float64. NaN is a
 * number here; whether numbers must be finite is for the caller to say.
 * @param what opens the message, such as `fit`.
 * @throws InputError in words for anything else, naming the row and the column of what is no number, both from 0.
 */
export function asRows(what: string, given: Rows): FloatTensor {
  if (!Array.isArray(given)) return expectTensor(what, given);
  const rows: readonly unknown[] = given;
  if (rows.length === 0) throw new InputError(`${what}: there are no rows; give at least one`);
  const d = rowOf(what, rows[0], 0).length;
  if (d === 0) throw new InputError(`${what}: row 0 (from 0) is empty; expected at least one number`);
  const data = new Float64Array(rows.length * d);
  for (let i = 0; i < rows.length; i++) {
    const row = rowOf(what, rows[i], i);
    if (row.length !== d)
      throw new InputError(`${what}: row ${i} (from 0) has ${row.length} numbers; expected ${d}, as row 0 has`);
    for (let j = 0; j < d; j++) {
      const value = row[j];
      if (typeof value !== "number")
        throw new InputError(`${what}: row ${i}, column ${j} (from 0) is ${show(value)}; expected a number`);
      data[i * d + j] = value;
    }
  }
  return tensor(data, [rows.length, d]);
}

function rowOf(what: string, row: unknown, i: number): ArrayLike<unknown> {
  if (Array.isArray(row) || (ArrayBuffer.isView(row) && "length" in row)) return row as ArrayLike<unknown>;
  const remedy = typeof row === "number" ? "; points of one number are [[1], [2], …]" : "";
  throw new InputError(`${what}: row ${i} (from 0) is ${show(row)}; expected an array of numbers${remedy}`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

function expectTensor(what: string, given: unknown): FloatTensor {
  const form = "expected rows such as [[1, 2], [3, 4]], or tensor(numbers, [n, d])";
  if (!isObject(given) || !Array.isArray(given.shape)) {
    const table = isObject(given) && "rows" in given ? "; of a table, give its rows" : "";
    throw new InputError(`${what}: got ${show(given)}; ${form}${table}`);
  }
  const { shape, data } = given as { readonly shape: readonly number[]; readonly data: unknown };
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new InputError(`${what}: the tensor holds ${show(data)}; expected a Float32Array or a Float64Array`);
  if (data.length !== sizeOf(shape))
    throw new InputError(`${what}: the tensor has ${data.length} numbers for shape ${showShape(shape)}; ${form}`);
  return given as unknown as FloatTensor;
}

/** A value in a few words: what it is, not all that is in it. */
function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "bigint") return `the bigint ${value}`;
  return isObject(value) ? "an object" : String(value);
}
