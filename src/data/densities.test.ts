import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeKey } from "../random/key.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { logBesselI0Scaled } from "./bessel.js";
import { factorCovariance } from "./covariance.js";
import { blurredCurve, type Curve } from "./curve.js";
import type { Distribution } from "./dataset.js";
import { eightGaussians, gaussianMixture, moons, rings, spirals, twoModes } from "./members.js";
import { gaussLegendre } from "./quadrature.js";

const golden = JSON.parse(readFileSync(new URL("../../test/golden/data.json", import.meta.url), "utf8"));

it("logBesselI0Scaled agrees with SciPy on both sides of its switch", () => {
  for (const [x, value] of golden.logBesselI0Scaled)
    expect(Math.abs(logBesselI0Scaled(x) - value)).toBeLessThan(2e-14 * (1 + Math.abs(value)));
});

it.each([
  ["moons", moons()],
  ["spirals", spirals()],
  ["rings", rings({ preset: "fce" })],
  ["gaussian-mixture", gaussianMixture()],
] as [string, Distribution][])("the log density of %s agrees with adaptive quadrature", (name, { logDensity }) => {
  const points: [number[], number][] = golden[name];
  const x = tensor(Float64Array.from(points.flatMap(([p]) => p)), [points.length, 2]);
  logDensity(x).forEach((value, i) => {
    expect(Math.abs(value - points[i]![1])).toBeLessThan(1e-9);
  });
});

describe("gaussLegendre", () => {
  it("integrates polynomials up to degree 2n − 1 exactly, and no further", () => {
    const { nodes, weights } = gaussLegendre(5, 0, 2);
    const integral = (degree: number): number => nodes.reduce((sum, t, i) => sum + weights[i]! * t ** degree, 0);
    for (let degree = 0; degree < 10; degree++)
      expect(integral(degree) / (2 ** (degree + 1) / (degree + 1))).toBeCloseTo(1, 13);
    expect(Math.abs(integral(10) / (2 ** 11 / 11) - 1)).toBeGreaterThan(1e-6);
  });

  it("stays accurate with many nodes, which ascend", () => {
    const { nodes, weights } = gaussLegendre(400, -1, 1);
    expect(nodes.every((t, i) => i === 0 || t > nodes[i - 1]!)).toBe(true);
    expect(nodes.reduce((sum, t, i) => sum + weights[i]! * Math.exp(t), 0)).toBeCloseTo(Math.E - 1 / Math.E, 13);
  });
});

it("a blurred curve has converged at its default spacing, and not at a wide one", () => {
  const end = 3 * Math.PI;
  const curve: Curve = {
    point: (t) => [(-t * Math.cos(t)) / 3, (t * Math.sin(t)) / 3],
    from: 0,
    to: end,
    density: (t) => (2 * t) / end ** 2,
    quantile: (u) => end * Math.sqrt(u),
  };
  for (const s of [0.1, 0.4, 1]) {
    const [usual, fine, wide] = [blurredCurve(curve, s), blurredCurve(curve, s, 0.2), blurredCurve(curve, s, 1.4)];
    let [error, wideError] = [0, 0];
    for (let i = 0; i < 500; i++) {
      const point = Float64Array.of(
        3.5 * Math.sin(1.1 * i) * ((i % 37) / 37),
        3.5 * Math.cos(1.1 * i) * ((i % 37) / 37),
      );
      error = Math.max(error, Math.abs(usual.logDensity(point) - fine.logDensity(point)));
      wideError = Math.max(wideError, Math.abs(wide.logDensity(point) - fine.logDensity(point)));
    }
    expect(error).toBeLessThan(1e-9);
    expect(wideError).toBeGreaterThan(1e-6);
  }
});

describe("factorCovariance", () => {
  const rows = [
    [4, 2, -1],
    [2, 3, 0.5],
    [-1, 0.5, 2],
  ];

  it("gives back the covariance, its determinant and its inverse", () => {
    const factor = factorCovariance(rows, 3, "test");
    const columns = [0, 1, 2].map((j) => {
      const z = new Float64Array(5);
      z[1 + j] = 1;
      factor.color(z, 1);
      return z.slice(1, 4);
    });
    rows.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(columns.reduce((sum, column) => sum + column[i]! * column[j]!, 0)).toBeCloseTo(value, 13);
      });
    });
    // det C = 4(6 − 1/4) − 2(4 + 1/2) − (1 + 3) = 10.
    expect(factor.logDet).toBeCloseTo(Math.log(10) / 2, 13);
    // (C⁻¹)₁₁ = (3 · 2 − ½ · ½) / 10.
    expect(factor.squareNorm(Float64Array.of(1, 0, 0))).toBeCloseTo(0.575, 13);
    expect(factor.deviations).toEqual([2, Math.sqrt(3), Math.sqrt(2)]);
  });

  it("agrees between its three forms", () => {
    const forms = [
      2,
      [2, 2],
      [
        [2, 0],
        [0, 2],
      ],
    ] as const;
    for (const form of forms) {
      const factor = factorCovariance(form, 2, "test");
      expect(factor.logDet).toBeCloseTo(Math.log(2), 14);
      expect(factor.squareNorm(Float64Array.of(1, 3))).toBeCloseTo(5, 14);
    }
  });

  it.each([
    [[1, 2, 3], "covariance has 3 rows; expected 2"],
    [-1, "variance -1; expected a positive number"],
    [
      [
        [1, 2],
        [3, 4],
      ],
      "not symmetric at row 1, column 0",
    ],
    [
      [
        [1, 2],
        [2, 1],
      ],
      "not positive definite",
    ],
    [[[1, 2], [2]], "row 1 has 1 numbers; expected 2"],
  ])("refuses %j", (covariance, message) => {
    expect(() => factorCovariance(covariance, 2, "test")).toThrow(InputError);
    expect(() => factorCovariance(covariance, 2, "test")).toThrow(message);
  });
});

it("two-modes in 16 dimensions has its closed-form entropy, weights and modes", () => {
  const { draw, logDensity, modes, box } = twoModes({ dimension: 16 });
  const n = 20_000;
  const x = draw(makeKey(3), n);
  const logs = logDensity(x);
  const entropy = 0.636514168 + 8 * Math.log(2 * Math.PI * Math.E * 0.05);
  expect(entropy).toBeCloseTo(-0.6263, 4);
  const mean = -logs.reduce((a, b) => a + b, 0) / n;
  // Variance of −log p: that of half a chi-square with 16 degrees, 8, plus that of the log weight, (2/9) log² 2.
  // 4.5 standard errors: 7e-6.
  expect(Math.abs(mean - entropy)).toBeLessThan(4.5 * Math.sqrt((8 + (2 / 9) * Math.LN2 ** 2) / n));
  const heavy = modes!.assign(x).filter((k) => k === 0).length / n;
  expect(Math.abs(heavy - 2 / 3)).toBeLessThan(4.5 * Math.sqrt(2 / 9 / n));
  expect(modes!.centers[0]!.every((v) => v === -1)).toBe(true);
  expect(box).toHaveLength(16);
});

it("a density says which option is wrong", () => {
  expect(() => eightGaussians({ weights: [1, 2] })).toThrow(InputError);
  expect(() => twoModes({ variance: -1 })).toThrow(/dataset two-modes: option variance/);
  expect(() => gaussianMixture({ components: [{ mean: [1, 2], covariance: [1] }] })).toThrow(
    "dataset gaussian-mixture: component 0: covariance has 1 rows; expected 2, as the mean has",
  );
  expect(() => gaussianMixture({ components: [{ mean: [1, 2] }, { mean: [1] }] })).toThrow(
    "mean of component 1 has 1 coordinates; expected 2",
  );
});
