/** The contract of a kind of column: how the cells of a table become coordinates of a model, and what that does to densities. */

import type { z } from "zod";
import type { Declaration } from "../../util/options.js";

/** Plain data that describes a column, as a run and a saved model keep it. */
export interface ColumnData {
  readonly name: string;
  /** Name of its kind. */
  readonly kind: string;
}

/** The pure functions of a column. A cell is a number; a category is the number that stands for it. */
export interface ColumnMap {
  /** How many coordinates of the event it takes: one, or none where there is nothing to learn. */
  readonly width: 0 | 1;
  /** Whether a cell stands for a whole interval, a place in which is chosen by a uniform number (dequantisation). */
  readonly noisy: boolean;
  /**
   * The coordinate of a cell; NaN for a missing one. A cell that no row can have gets some finite number, and a `logDet`
   * of −∞: its density is 0.
   * @param u in (0, 1): the place in the interval that a cell of a noisy column stands for.
   */
  encode(cell: number, u: number): number;
  /** The cell of a coordinate. */
  decode(z: number): number;
  /**
   * `log |dz/dx|`: densities are `log p(x) = log p(z) + logDet`, of a noisy column in the mean over its interval, which is
   * unbiased for p and not for log p. A number where it is the same everywhere.
   */
  readonly logDet: number | ((cell: number, z: number) => number);
  /** Mean and deviation where z is `(x − mean) / scale`, but for what a noisy column adds. */
  readonly affine?: Affine;
  /** The interval of coordinates that a cell of a noisy column stands for. */
  readonly interval?: (cell: number) => readonly [low: number, high: number];
  /** How cells are written, where that is not as numbers. */
  readonly text?: TextCells;
  /** Whether p is a probability of cells that are no numbers on a scale: they have no mean, and no place on an axis. */
  readonly nominal?: boolean;
  /** A cell without the digits that single precision does not hold, of a column of that standard deviation of z. */
  rounded(cell: number, deviation: number): number;
}

export interface Affine {
  readonly mean: number;
  readonly scale: number;
}

/** Cells of a file that are text, and the numbers that stand for them. */
export interface TextCells {
  /** `undefined` for a text that is none. */
  read(text: string): number | undefined;
  write(cell: number): string;
  /** What there is, in words. */
  readonly expected: string;
}

/** A column with what it is made of. */
export interface Column extends ColumnMap {
  readonly data: ColumnData;
  readonly name: string;
  /** What p is of, as its kind says. */
  readonly measure: ColumnKind["measure"];
}

/** The cells that a kind is fitted to. */
export interface Cells {
  readonly name: string;
  /** Of all rows: which values there are. */
  readonly all: Float64Array;
  /** Of the training rows: where they lie and how often. */
  readonly train: Float64Array;
  /** What the numbers stand for, where cells are text. */
  readonly texts?: readonly string[] | undefined;
}

/**
 * How a column is standardised: the mean and the deviation of what is given, or what was settled instead.
 * @param more variance of what is added to the values, such as their places in intervals.
 */
export type Standardise = (name: string, values: Float64Array, more?: number) => Affine;

/** A kind of column. `Data` is what it keeps beside the name and the kind. */
export interface ColumnKind<Options extends z.ZodObject = z.ZodObject, Data = unknown> extends Declaration<Options> {
  /** What p is of, in words: a density in the units of the file, or a probability. */
  readonly measure: "density" | "probability";
  /**
   * What describes a column.
   * @throws InputError when its cells are not of the kind.
   */
  fit(cells: Cells, options: z.output<Options>, standardise: Standardise): Data;
  make(data: Data): ColumnMap;
}
