/** A table of ADBench and how it is split: half of the normal rows train, the others and all anomalies are the test. */

import { standardCoordinates } from "../../data/columns/coordinates.js";
import { takeRows } from "../../data/take-rows.js";
import { decodeNpz } from "../../formats/npz.js";
import { permutation } from "../../random/choose.js";
import { fold, type Key } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { type FloatTensor, showShape, tensor } from "../../util/tensor.js";

/** Rows `(n, d)` and which of them are anomalies. */
export interface LabelledTable {
  readonly rows: FloatTensor;
  readonly anomalous: readonly boolean[];
}

/** Rows standardised by the training rows, columns left out that are constant in these. */
export interface AnomalySplit {
  readonly train: FloatTensor;
  readonly normal: FloatTensor;
  readonly anomalies: FloatTensor;
  /** Columns that were left out. */
  readonly constant: number;
}

/** Normal rows from which on there is a density and a test. */
const LEAST = 20;

/** @throws InputError when a file holds no rows `X` with labels `y` of 0 and 1, or too few normal ones. */
export async function readTable(bytes: Uint8Array, source: string): Promise<LabelledTable> {
  const { X, y } = await decodeNpz(bytes, source);
  const wrong = (what: string): InputError =>
    new InputError(`${source}: ${what}; expected X (n, d) and y (n) of 0 and 1`);
  if (!X || !y) throw wrong(`has no array ${X ? "y" : "X"}`);
  const [n, d] = X.shape;
  if (X.shape.length !== 2 || !n || !d || y.data.length !== n)
    throw wrong(`X has shape ${showShape(X.shape)}, y ${showShape(y.shape)}`);
  if (!y.data.every((v) => v === 0 || v === 1)) throw wrong("y holds other numbers");
  if (!X.data.every(Number.isFinite)) throw wrong("X holds numbers that are not finite");
  const anomalies = y.data.reduce((s, v) => s + v, 0);
  if (anomalies === 0 || n - anomalies < LEAST)
    throw new InputError(
      `${source}: ${anomalies} of ${n} rows are anomalies; expected one at least, and ${LEAST} other rows`,
    );
  return { rows: X, anomalous: Array.from(y.data, (v) => v === 1) };
}

/** The split of a key. */
export function splitTable({ rows, anomalous }: LabelledTable, key: Key): AnomalySplit {
  const indices = (of: boolean): number[] => anomalous.flatMap((v, i) => (v === of ? [i] : []));
  const normals = indices(false);
  const order = permutation(fold(key, "normals"), normals.length);
  const shuffled = Array.from(order, (i) => normals[i]!);
  const half = Math.floor(normals.length / 2);
  const parts = [shuffled.slice(0, half), shuffled.slice(half), indices(true)].map((own) => takeRows(rows, own));
  const [train, normal, anomalies] = withoutConstant(parts as [FloatTensor, FloatTensor, FloatTensor]);
  const { encode } = standardCoordinates(train);
  const [a, b, c] = [train, normal, anomalies].map((part) => encode(part)) as [FloatTensor, FloatTensor, FloatTensor];
  return { train: a, normal: b, anomalies: c, constant: rows.shape[1]! - a.shape[1]! };
}

/** The columns that vary in the first part. */
function withoutConstant(
  parts: readonly [FloatTensor, FloatTensor, FloatTensor],
): readonly [FloatTensor, FloatTensor, FloatTensor] {
  const [{ data, shape }] = parts;
  const d = shape[1]!;
  const varies = Array.from({ length: d }, (_, j) => data.some((v, i) => i % d === j && v !== data[j]));
  return parts.map((part) =>
    tensor(Float64Array.from(part.data.filter((_, i) => varies[i % d]!)), [
      part.shape[0]!,
      varies.filter(Boolean).length,
    ]),
  ) as [FloatTensor, FloatTensor, FloatTensor];
}
