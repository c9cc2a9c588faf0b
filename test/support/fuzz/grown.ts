/** Values of random programs: expressions with what is known of the size of their numbers. */

import type { Expr } from "../../../src/ir/expr.js";
import { mul, tanh } from "../../../src/ops/arithmetic.js";
import { sameShape, sizeOf } from "../../../src/util/tensor.js";

/** Dtypes of numbers that are not whole. */
export type Floats = "float32" | "float64";

export interface Grown {
  readonly expr: Expr;
  /** No number of it is larger. */
  readonly size: number;
  /** Its numbers are whole multiples of `2^−grid`, without any rounding; null where they may be rounded. */
  readonly grid: number | null;
}

/** One step of a random program: which rule, on which of the values there are, and numbers that the rule reads. */
export interface Draw {
  readonly rule: number;
  readonly a: number;
  readonly b: number;
  readonly n: number;
  /** What the bodies of loops do. */
  readonly inside: readonly Draw[];
}

/** The values a rule may read; the last are drawn most often. */
export type Pool = readonly Grown[];
/** What a rule adds to the values; nothing where it finds no operands that fit. */
export type Rule = (pool: Pool, draw: Draw) => readonly Grown[];

/** No tensor of a program has more elements. */
const MOST_ELEMENTS = 1500;
/** Rounded numbers are kept so small, that errors do not grow. */
const LARGEST = 4;
/** Exact numbers are kept where single precision holds them with all their bits. */
const EXACT = 2 ** 22;

export const isFloat = ({ expr }: Grown): boolean => expr.dtype.startsWith("float");
/** Whether rounding plays no part in a value: what compares it gives the same truth on every engine. */
export const isExact = ({ grid }: Grown): boolean => grid !== null;
export const rank = ({ expr }: Grown): number => expr.shape.length;

/** A value as it may go on, its numbers shrunk where they are large. */
export function grown(expr: Expr, size: number, grid: number | null): readonly Grown[] {
  if (sizeOf(expr.shape) > MOST_ELEMENTS || expr.shape.length > 5) return [];
  if (!expr.dtype.startsWith("float")) return size > 2 ** 40 ? [] : [{ expr, size, grid: 0 }];
  if (grid !== null && size <= 64 && size * 2 ** grid <= EXACT) return [{ expr, size, grid }];
  if (size <= LARGEST) return [{ expr, size, grid: null }];
  return [{ expr: tanh(mul(expr, 0.5)), size: 1, grid: null }];
}

/** One of the values that will do; half of the draws are of the last few. */
export function pick(pool: Pool, draw: number, will: (v: Grown) => boolean = () => true): Grown | undefined {
  const fitting = pool.filter(will);
  const among = draw % 2 === 0 ? fitting.slice(-4) : fitting;
  return among.length === 0 ? undefined : among[(draw >> 1) % among.length];
}

export const ofType =
  ({ expr: { shape, dtype } }: Grown) =>
  ({ expr }: Grown): boolean =>
    expr.dtype === dtype && sameShape(expr.shape, shape);

/** The grid of a sum of two values. */
export const finer = (a: Grown, b: Grown): number | null =>
  a.grid === null || b.grid === null ? null : Math.max(a.grid, b.grid);
