/** The memory of random programs of a machine: numbers of every kind, of which each region holds as many. */

import type { Stored } from "../../../src/compiler/machine.js";

export const kinds = ["f32", "f64", "i32", "i64"] as const;
export const sizes: Record<Stored, number> = { f32: 4, f64: 8, i32: 4, i64: 8 };
/** Numbers of each kind that a program is given, and that it leaves. */
export const slots = 64;

/** Numbers that occur in programs, or that they begin with. */
export const constants: Record<Stored, readonly (number | bigint)[]> = {
  f32: [0, -0, 1, -1.5, 3.25, 1e-40, -7e37, Number.POSITIVE_INFINITY, Number.NaN, 0.1],
  f64: [0, -0, 1, -1.5, 3.25, 1e-310, -7e300, Number.NEGATIVE_INFINITY, Number.NaN, 0.1],
  i32: [0, 1, -1, 2, 7, -100, 2147483647, -2147483648, 255, 65537],
  i64: [0n, 1n, -1n, 2n, 7n, -100n, 2n ** 63n - 1n, -(2n ** 63n), 255n, 2n ** 33n],
};
