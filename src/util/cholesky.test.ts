import { describe, expect, it } from "vitest";
import { cholesky, logDet, multiply, solveLower } from "./cholesky.js";
import { NumericError } from "./errors.js";

// L = [[2,0,0],[-1,3,0],[4,5,0.5]] and A = L Lᵀ, by hand.
const lower = [2, 0, 0, -1, 3, 0, 4, 5, 0.5];
const a = Float64Array.of(4, -2, 8, -2, 10, 11, 8, 11, 41.25);

describe("cholesky", () => {
  it("recovers the factor, and reads the lower triangle only", () => {
    expect([...cholesky(a, 3)]).toEqual(lower);
    const half = Float64Array.from(a, (v, k) => (k % 3 > Math.floor(k / 3) ? Number.NaN : v));
    expect([...cholesky(half, 3)]).toEqual(lower);
  });

  it("solves, multiplies and takes the log-determinant", () => {
    const l = cholesky(a, 3);
    const x = [0.3, -1.2, 2];
    const back = solveLower(l, multiply(l, x, 3), 3);
    for (let i = 0; i < 3; i++) expect(back[i]).toBeCloseTo(x[i]!, 14);
    expect(logDet(l, 3)).toBeCloseTo(Math.log(9), 14); // (2 · 3 · 0.5)²
  });

  it("names the column that depends on those before it, also when rounding leaves a tiny pivot", () => {
    const u = [0.1, 0.7, 0.3];
    const v = [0.2, 0.2, 0.9];
    const w = u.map((k, i) => 3 * k - v[i]! / 7);
    const gram = [u, v, w].flatMap((p) => [u, v, w].map((q) => p.reduce((s, k, i) => s + k * q[i]!, 0)));
    expect(() => cholesky(Float64Array.from(gram), 3)).toThrow(NumericError);
    expect(() => cholesky(Float64Array.from(gram), 3)).toThrow(/column 2/);
    expect(() => cholesky(Float64Array.of(1, 0, 0, -1), 2)).toThrow(/column 1/);
    expect(() => cholesky(Float64Array.of(0), 1)).toThrow(/column 0/);
    expect(() => cholesky(Float64Array.of(Number.NaN), 1)).toThrow(NumericError);
    expect(() => cholesky(Float64Array.of(Number.POSITIVE_INFINITY), 1)).toThrow(NumericError);
  });

  it("accepts a badly scaled but regular matrix", () => {
    const l = cholesky(Float64Array.of(1e-12, 0, 0, 1e12), 2);
    expect(l[0]).toBeCloseTo(1e-6, 20);
    expect(l[3]).toBeCloseTo(1e6, 6);
  });
});
