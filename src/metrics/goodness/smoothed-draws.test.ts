import { describe, expect, it } from "vitest";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { plugInBandwidth } from "./plug-in-bandwidth.js";
import { massBelow, smoothLine, smoothPlane } from "./smoothed-draws.js";

const n = 20_000;
const z = normal(makeKey(3), [n], "float64").data;
const equal = new Float64Array(n).fill(1 / n);
const density = (x: number, variance: number) =>
  Math.exp((-x * x) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

describe("plugInBandwidth", () => {
  // The best width for a normal law is 1.059 σ n^(−1/5); the rule's own spread over samples is about 3 % here.
  const best = 1.059 * n ** -0.2;

  it("is the best one for a normal law, in the units of the draws", () => {
    expect(plugInBandwidth(z, equal, n) / best).toBeCloseTo(1, 0.9);
    const far = z.map((v) => 1e6 + 1e-3 * v);
    expect(plugInBandwidth(far, equal, n) / (1e-3 * best)).toBeCloseTo(1, 0.9);
  });

  it("is that of one mode where there are two far apart, which a rule by the standard deviation is not", () => {
    const two = z.map((v, i) => (i % 2 === 0 ? v : v + 12));
    const each = 1.059 * (n / 2) ** -0.2;
    const found = plugInBandwidth(two, equal, n) / each;
    expect(found).toBeGreaterThan(0.75);
    expect(found).toBeLessThan(1.35);
  });

  it("takes draws of weight zero for none, and knows no width of one number", () => {
    const weights = equal.map((w, i) => (i % 2 === 0 ? 2 * w : 0));
    const half = z.filter((_, i) => i % 2 === 0);
    const spoiled = z.map((v, i) => (i % 2 === 0 ? v : 1e9));
    const expected = plugInBandwidth(half, new Float64Array(n / 2).fill(2 / n), n / 2);
    expect(plugInBandwidth(spoiled, weights, n / 2)).toBeCloseTo(expected, 12);
    expect(plugInBandwidth([5, 5, 5], [1 / 3, 1 / 3, 1 / 3], 3)).toBe(0);
  });
});

describe("densities of smoothed draws", () => {
  const h = 0.3;

  it("are the law with the kernel's variance added, along a line", () => {
    const found = smoothLine({ x: z, weights: equal, bandwidth: h }, [-5, 5], 200);
    expect(found.reduce((s, v) => s + v / 20, 0)).toBeCloseTo(1, 3);
    // Standard error at the top: √(p R(K)/(n h)) ≈ 0.0042; four of them.
    const off = found.map((v, i) => Math.abs(v - density(-4.975 + 0.05 * i, 1 + h * h)));
    expect(Math.max(...off)).toBeLessThan(0.017);
  });

  it("are cut at the ends of the range, not moved inside", () => {
    const part = smoothLine({ x: z, weights: equal, bandwidth: h }, [0, 5], 100);
    const whole = smoothLine({ x: z, weights: equal, bandwidth: h }, [-5, 5], 200).slice(100);
    expect(Math.max(...part.map((v, i) => Math.abs(v - whole[i]!)))).toBeLessThan(1e-3);
  });

  it("have the right axes in a plane: a row of cells is one height, and weights count", () => {
    const one = { x: [1], weights: [1], bandwidth: 0.1 };
    const up = { x: [-1], weights: [1], bandwidth: 0.4 };
    const side = 40;
    const found = smoothPlane(
      one,
      up,
      [
        [-2, 2],
        [-2, 2],
      ],
      side,
    );
    const top = found.indexOf(Math.max(...found));
    const [column, row] = [top % side, Math.floor(top / side)];
    expect(-2 + 0.1 * (column + 0.5)).toBeCloseTo(1, 0.9);
    expect(-2 + 0.1 * (row + 0.5)).toBeCloseTo(-1, 0.9);
    // Wider upwards than across.
    expect(found[top + 2 * side]!).toBeGreaterThan(2 * found[top + 2]!);
    // 0.0062 of the kernel lies below −2.
    expect(found.reduce((s, v) => s + 0.01 * v, 0)).toBeCloseTo(0.9938, 3);
  });

  it("tell of each cell the mass that is less dense: exp(−r²/2) of a normal law in the plane", () => {
    const side = 400;
    const at = (k: number) => -6 + (12 * (k + 0.5)) / side;
    const cells = Float64Array.from(
      { length: side * side },
      (_, k) => density(at(k % side), 1) * density(at(Math.floor(k / side)), 1),
    );
    const below = massBelow(cells);
    const right = (k: number) => Math.exp(-(at(k % side) ** 2 + at(Math.floor(k / side)) ** 2) / 2);
    // Points of a lattice in a circle of radius R are π R² but for about R^0.65 (Gauss's circle problem): 30 cells of
    // 0.00014 where R is 100 or less.
    expect(below.reduce((worst, mass, k) => Math.max(worst, Math.abs(mass - right(k))), 0)).toBeLessThan(0.0043);
    expect(massBelow(new Float64Array(4))).toEqual(new Float64Array(4));
  });
});
