/** The way of rows between a table and a model: one record, made of its columns. */

import { ShapeError } from "../../util/errors.js";
import { findMember } from "../../util/options.js";
import { type FloatTensor, showShape, type Tensor, tensor } from "../../util/tensor.js";
import { affineOf } from "./affine.js";
import type { Affine, Column, ColumnData, ColumnKind, TextCells } from "./column.js";
import * as kinds from "./members.js";

/** Rows `(n, columns)` of a table as points `(n, width)` of a model, and back. */
export interface Coordinates {
  readonly columns: readonly Column[];
  /** The column of each coordinate, by its number: those that are constant have none. */
  readonly kept: readonly number[];
  /** Names of the columns of the coordinates. */
  readonly names: readonly string[];
  /** Numbers in a point. */
  readonly width: number;
  /** Coordinates whose cells stand for intervals, by their number. */
  readonly noisy: readonly number[];
  /** Mean and scale of each coordinate, where all are affine without noise and no column is constant; else null. */
  readonly affine: { readonly mean: Float64Array; readonly scale: Float64Array } | null;
  /** `log |dx/dz|` of the columns where it is the same everywhere: `log p(x) = log p(z) − logVolume + bend`. */
  readonly logVolume: number;
  /** Whether `bend` is anything but 0. */
  readonly bent: boolean;
  /** How the cells of some columns are written, by the name of the column: those of the others are numbers. */
  readonly written: Readonly<Record<string, TextCells>>;
  /** Float64 points. @param noise uniform numbers `(n, noisy)`: without any, cells are the middle of their intervals. */
  encode(rows: FloatTensor, noise?: FloatTensor): Tensor<Float64Array>;
  /** Float64 rows. */
  decode(points: FloatTensor): Tensor<Float64Array>;
  /** The rest of `log |dz/dx|` of each row. */
  bend(rows: FloatTensor, points: FloatTensor): Float64Array;
}

function shapeOf(what: string, x: FloatTensor, d: number): number {
  const [n] = x.shape;
  if (n === undefined || x.shape.length !== 2 || x.shape[1] !== d)
    throw new ShapeError(`${what}: points of shape ${showShape(x.shape)}; expected (n, ${d})`);
  return n;
}

const byName = Object.values(kinds) as unknown as readonly ColumnKind<never, ColumnData>[];

/** The functions of a column from its data. @throws InputError for a kind there is not. */
export function columnOf(data: ColumnData): Column {
  const kind = findMember("column kind", byName, data.kind);
  return { ...kind.make(data), data, name: data.name, measure: kind.measure };
}

/** The coordinates of columns, in their order. */
export function coordinatesOf(described: readonly ColumnData[]): Coordinates {
  const columns = described.map(columnOf);
  const kept = [...columns.keys()].filter((j) => columns[j]!.width === 1);
  const noisy = [...kept.keys()].filter((c) => columns[kept[c]!]!.noisy);
  const bends = columns.flatMap(({ logDet }, j) =>
    typeof logDet === "number" ? [] : [{ logDet, j, c: kept.indexOf(j) }],
  );
  const place = new Map(noisy.map((c, k) => [c, k]));
  const [d, width] = [columns.length, kept.length];
  const affines = columns.map(({ affine, noisy: some }) => (some ? undefined : affine));
  const straight = affines.every((a): a is Affine => a !== undefined);
  return {
    ...{ columns, kept, width, noisy, names: kept.map((j) => columns[j]!.name) },
    affine: straight
      ? { mean: Float64Array.from(affines, (a) => a.mean), scale: Float64Array.from(affines, (a) => a.scale) }
      : null,
    logVolume: columns.reduce((sum, { logDet }) => (typeof logDet === "number" ? sum - logDet : sum), 0),
    bent: bends.length > 0,
    written: Object.fromEntries(columns.flatMap(({ name, text }) => (text ? [[name, text]] : []))),
    encode(rows, noise) {
      const n = shapeOf("encode", rows, d);
      const out = new Float64Array(n * width);
      for (let c = 0; c < width; c++) {
        const { encode } = columns[kept[c]!]!;
        const k = place.get(c);
        for (let i = 0; i < n; i++) {
          const u = noise === undefined || k === undefined ? 0.5 : noise.data[i * noisy.length + k]!;
          out[i * width + c] = encode(rows.data[i * d + kept[c]!]!, u);
        }
      }
      return tensor(out, [n, width]);
    },
    decode(points) {
      const n = shapeOf("decode", points, width);
      const out = new Float64Array(n * d);
      columns.forEach(({ decode }, j) => {
        const c = kept.indexOf(j);
        for (let i = 0; i < n; i++) out[i * d + j] = decode(c < 0 ? 0 : points.data[i * width + c]!);
      });
      return tensor(out, [n, d]);
    },
    bend(rows, points) {
      const n = shapeOf("bend", rows, d);
      const out = new Float64Array(n);
      for (const { logDet, j, c } of bends)
        for (let i = 0; i < n; i++) out[i]! += logDet(rows.data[i * d + j]!, c < 0 ? 0 : points.data[i * width + c]!);
      return out;
    },
  };
}

/** The cells of column `j` of `(n, d)`. */
export const cellsOf = ({ data, shape }: FloatTensor, j: number): Float64Array =>
  Float64Array.from({ length: shape[0]! }, (_, i) => data[i * shape[1]! + j]!);

/** Affine coordinates `z = (x − mean) / scale` of real columns. */
export const affineCoordinates = (
  names: readonly string[],
  { mean, scale }: { readonly mean: ArrayLike<number>; readonly scale: ArrayLike<number> },
): Coordinates =>
  coordinatesOf(
    names.map((name, j) => ({ name, kind: "real", ...{ mean: mean[j]!, scale: scale[j]! } }) as ColumnData),
  );

/** Names `x1 … xd`. */
const unnamed = (d: number): string[] => Array.from({ length: d }, (_, i) => `x${i + 1}`);

/** Those of `d` real columns that leave everything as it is. */
export const identityCoordinates = (d: number, names: readonly string[] = unnamed(d)): Coordinates =>
  affineCoordinates(names, { mean: new Float64Array(d), scale: new Float64Array(d).fill(1) });

/**
 * Real columns, each brought to mean 0 and standard deviation 1 (divisor `n`) over the rows `(n, d)`.
 * @throws InputError when a column is constant, or a number is not finite; ShapeError unless the rows are `(n, d)`.
 */
export function standardCoordinates(rows: FloatTensor, names = unnamed(rows.shape[1] ?? 0)): Coordinates {
  if (rows.shape.length !== 2)
    throw new ShapeError(`standardCoordinates: points of shape ${showShape(rows.shape)}; expected (n, d)`);
  const each = names.map((name, j) => affineOf(name, cellsOf(rows, j)));
  return affineCoordinates(names, { mean: each.map((a) => a.mean), scale: each.map((a) => a.scale) });
}

/** Of columns from one to before another. */
export const partOf = ({ columns }: Coordinates, from: number, to: number): Coordinates =>
  coordinatesOf(columns.slice(from, to).map(({ data }) => data));
