import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { makeKey } from "../random/key.js";
import { normalQuantile } from "../random/normal-quantile.js";
import { InputError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { logBesselI0Scaled } from "./bessel.js";
import { factorCovariance } from "./covariance.js";
import { blurredCurve, type Curve } from "./curve.js";
import type { Distribution } from "./dataset.js";
import {
  eightGaussians,
  fourCorners,
  fourInARow,
  gaussianMixture,
  moons,
  rings,
  spirals,
  twoModes,
} from "./members.js";
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

it("two-modes has its own variance in each mode, and an option given overrides its preset", () => {
  const density = (options: Parameters<typeof twoModes>[0]): number[] => [
    ...twoModes(options).logDensity(tensor(Float64Array.of(-1.5, -1.5, 1.5, 1.5), [2, 2])),
  ];
  const peak = (weight: number, variance: number): number => Math.log(weight / (2 * Math.PI * variance));
  const paper = density({ preset: "paper" });
  expect(paper[0]).toBeCloseTo(peak(1 / 3, 0.05), 12);
  expect(paper[1]).toBeCloseTo(peak(2 / 3, 0.1), 12);
  expect(density({ offset: 1.5, variance: [0.05, 0.1], weights: [1, 2] })).toEqual(paper);
  const own = density({ preset: "paper", variance: 0.2, weights: [3, 1] });
  expect(own[0]).toBeCloseTo(peak(3 / 4, 0.2), 6);
  expect(own[1]).toBeCloseTo(peak(1 / 4, 0.2), 6);
});

it("eight-gaussians of the paper lie on the unit circle, with standard deviation 0.15", () => {
  const { logDensity, modes } = eightGaussians({ preset: "paper" });
  const centers = Array.from({ length: 8 }, (_, k) => [Math.cos((Math.PI * k) / 4), Math.sin((Math.PI * k) / 4)]);
  for (const [k, center] of centers.entries())
    center.forEach((v, j) => {
      expect(modes!.centers[k]![j]).toBeCloseTo(v, 12);
    });
  // At a centre: its own cloud, and the others at the chords 2 sin(πm/8) from it.
  const chords = Array.from({ length: 8 }, (_, m) => (2 * Math.sin((Math.PI * m) / 8)) ** 2);
  const tail = (variance: number): number =>
    chords.reduce((sum, square) => sum + Math.exp(-square / (2 * variance)), 0);
  const expected = Math.log(tail(0.15 ** 2) / (8 * 2 * Math.PI * 0.15 ** 2));
  for (const value of logDensity(tensor(Float64Array.from(centers.flat()), [8, 2])))
    expect(value).toBeCloseTo(expected, 12);
});

it("four-in-a-row is heavier to the right, in strips of x", () => {
  const { modes } = fourInARow();
  expect(modes!.weights).toEqual([0.1, 0.2, 0.3, 0.4]);
  expect(modes!.centers).toEqual([-3, -1, 1, 3].map((x) => [x, 0]));
  const inStrips = tensor(Float64Array.of(-2.01, 9, -1.99, -9, -0.01, 5, 0.01, 5, 1.99, 0, 2.01, 0), [6, 2]);
  expect([...modes!.assign(inStrips)]).toEqual([0, 1, 1, 2, 2, 3]);
});

describe("four-corners", () => {
  it.each([
    // Φ(−0.5919 √(d/2)) in 16, 32 and 64 coordinates.
    [16, 0.04704],
    [32, 0.00895],
    [64, 0.000407],
  ])("in %i coordinates overlaps as its constant says", (dimension, overlap) => {
    const { draw, modes } = fourCorners({ dimension });
    expect(normalQuantile(overlap)).toBeCloseTo(-0.5919 * Math.sqrt(dimension / 2), 3);
    expect(modes!.weights).toEqual([0.25, 0.25, 0.25, 0.25]);
    const n = 20_000;
    const right = modes!.assign(draw(makeKey(8), n));
    const own = fourCorners({ dimension, weights: [1, 1e-12, 1e-12, 1e-12] }).draw(makeKey(9), n);
    const counts = [0, 0, 0, 0];
    for (const k of modes!.assign(own)) counts[k]! += 1;
    // Nearer to one neighbour, not to the other: Φ(1 − Φ); nearer to both: the opposite corner, Φ².
    const shares = [(1 - overlap) ** 2, overlap ** 2, overlap * (1 - overlap), overlap * (1 - overlap)];
    shares.forEach((share, k) => {
      // 4.5 standard errors and a count: 7e-6.
      expect(Math.abs(counts[k]! - n * share)).toBeLessThan(4.5 * Math.sqrt(n * share) + 1);
    });
    // The weights are equal, and so are the regions.
    expect(Math.abs(right.filter((k) => k === 3).length / n - 0.25)).toBeLessThan(4.5 * Math.sqrt(0.1875 / n));
  });

  it("apart keeps its clouds equally far whatever the number of coordinates", () => {
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.36, 2);
    for (const dimension of [2, 16, 64]) {
      const [a, , b] = fourCorners({ dimension, preset: "apart" }).modes!.centers;
      expect(Math.hypot(...a!.map((v, j) => v - b![j]!)) / 2).toBeCloseTo(6.36, 12);
    }
  });

  it("has its centres where it says, at an offset of one's own too", () => {
    const { modes } = fourCorners({ dimension: 4, offset: 2, weights: [1, 2, 3, 4] });
    expect(modes!.weights).toEqual([0.1, 0.2, 0.3, 0.4]);
    expect(modes!.centers).toEqual([
      [2, 2, 2, 2],
      [-2, -2, -2, -2],
      [-2, -2, 2, 2],
      [2, 2, -2, -2],
    ]);
  });
});

it("a density says which option is wrong", () => {
  expect(() => eightGaussians({ weights: [1, 2] })).toThrow(InputError);
  expect(() => twoModes({ variance: -1 })).toThrow(/dataset two-modes: option variance/);
  expect(() => twoModes({ variance: [0.1, 0] })).toThrow(/dataset two-modes: option variance/);
  expect(() => fourCorners({ dimension: 3 })).toThrow(/dataset four-corners: option dimension: .*even/);
  expect(() => gaussianMixture({ components: [{ mean: [1, 2], covariance: [1] }] })).toThrow(
    "dataset gaussian-mixture: component 0: covariance has 1 rows; expected 2, as the mean has",
  );
  expect(() => gaussianMixture({ components: [{ mean: [1, 2] }, { mean: [1] }] })).toThrow(
    "mean of component 1 has 1 coordinates; expected 2",
  );
});
