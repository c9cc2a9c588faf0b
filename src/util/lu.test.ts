import { describe, expect, it } from "vitest";
import { normal } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { NumericError } from "./errors.js";
import { lu } from "./lu.js";

const product = (a: Float64Array, b: Float64Array, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let s = 0;
    for (let k = 0; k < n; k++) s += a[i * n + k]! * b[k * n + j]!;
    return s;
  });

describe("lu", () => {
  it.each([1, 2, 3, 12])("gives factors whose product is the matrix, of size %d", (n) => {
    const a = normal(makeKey(n), [n * n], "float64").data as Float64Array;
    const { permutation, lower, upper } = lu(a, n);
    for (const [i, v] of product(permutation, product(lower, upper, n), n).entries()) expect(v).toBeCloseTo(a[i]!, 12);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        if (i > j) expect(upper[i * n + j]).toBe(0);
        // Pivots are the largest of their column.
        if (i < j) expect(lower[i * n + j]).toBe(0);
        expect(Math.abs(lower[i * n + j]!)).toBeLessThanOrEqual(1);
      }
    expect([...permutation].sort()).toEqual([...new Array(n * n - n).fill(0), ...new Array(n).fill(1)]);
  });

  it("refuses a matrix without an inverse", () => {
    expect(() => lu(Float64Array.of(1, 2, 2, 4), 2)).toThrow(NumericError);
    expect(() => lu(Float64Array.of(Number.NaN, 0, 0, 1), 2)).toThrow("column 0");
  });
});
