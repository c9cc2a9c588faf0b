import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad, rowJacobian } from "../autodiff/grad.js";
import { add } from "../ops/arithmetic.js";
import { constant } from "../ops/leaf.js";
import { reshape, sum } from "../ops/shape.js";
import { normal, uniform } from "../random/draw.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { splineTransform } from "./spline-transform.js";

const BINS = 8;
const BOUND = 4;
const SIZE = 3 * BINS - 1;
const spline = splineTransform(BINS, BOUND);

/** One spline at many points: values, log-derivatives and derivatives by autodiff, both ways. */
async function at(points: readonly number[], theta: ArrayLike<number>) {
  const n = points.length;
  const x = constant(tensor(Float64Array.from(points), [n, 1]));
  const rows = Float64Array.from({ length: n * SIZE }, (_, i) => theta[i % SIZE]!);
  const numbersOf = constant(tensor(rows, [n, 1, SIZE]));
  const [there, back] = [spline.forward(x, numbersOf), spline.inverse(x, numbersOf)];
  const results = await evaluate({
    y: there.y,
    logDet: there.logDet,
    slope: reshape(rowJacobian(there.y, x), [n]),
    back: back.x,
    backLogDet: back.logDet,
    backSlope: reshape(rowJacobian(back.x, x), [n]),
  });
  return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, numbers(t)])) as Record<
    keyof typeof results,
    number[]
  >;
}

const zeros = new Float64Array(SIZE);
const bent = normal(makeKey(15), [SIZE], "float64").data;
/** With all numbers zero the inner knots are the whole numbers. */
const knots = Array.from({ length: BINS + 1 }, (_, i) => i - BOUND);

const softmax = (x: readonly number[]): number[] => {
  const e = x.map(Math.exp);
  return e.map((v) => v / e.reduce((a, b) => a + b, 0));
};
/** Edges along one axis by hand, from the numbers that begin at `from`. */
function edges(theta: ArrayLike<number>, from: number): number[] {
  const sizes = softmax(Array.from({ length: BINS }, (_, i) => theta[from + i]!));
  let edge = -BOUND;
  return [edge, ...sizes.map((s) => (edge += 2 * BOUND * (1e-3 + (1 - 1e-3 * BINS) * s)))];
}

/** Many points, each with a spline of its own of numbers ±size; both directions, what they say of volume, and gradients. */
async function wild(size: number, width: "float32" | "float64") {
  const n = 4000;
  const cast = (values: ArrayLike<number>): Float32Array | Float64Array =>
    width === "float32" ? Float32Array.from(values) : Float64Array.from(values);
  const ends = [-4, 4, Math.fround(-3.9999998), Math.fround(3.9999998)];
  const u = uniform(makeKey(1), [n]).data.map((v, i) => (i < 4 ? ends[i]! : 8 * v - 4));
  const signs = uniform(makeKey(2), [n * SIZE]).data.map((v) => (v < 0.5 ? size : -size));
  const [x, theta] = [constant(tensor(cast(u), [n, 1])), constant(tensor(cast(signs), [n, 1, SIZE]))];
  const [there, back] = [spline.forward(x, theta), spline.inverse(x, theta)];
  const [gx, gt] = grad(sum(add(there.y, there.logDet)), [x, theta]);
  const again = spline.inverse(there.y, theta).logDet;
  const [hx, ht] = grad(sum(add(back.x, back.logDet)), [x, theta]);
  const results = await evaluate({
    y: there.y,
    logDet: there.logDet,
    x: back.x,
    steep: back.logDet,
    again,
    gx,
    gt,
    hx,
    ht,
  });
  return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, numbers(t)])) as Record<
    keyof typeof results,
    number[]
  >;
}

describe("splineTransform", () => {
  it("is the identity when all its numbers are zero, its derivatives included, at its knots as between them", async () => {
    const points = [...knots, -5, -3.3, 0.25, 2.9, 7];
    const { y, logDet, slope, back, backLogDet, backSlope } = await at(points, zeros);
    for (const [i, p] of points.entries()) {
      for (const value of [y, back]) expect(value[i]).toBeCloseTo(p, 13);
      for (const value of [logDet, backLogDet]) expect(value[i]).toBeCloseTo(0, 13);
      for (const value of [slope, backSlope]) expect(value[i]).toBeCloseTo(1, 13);
    }
  });

  it("is the identity outside its box, whatever its numbers", async () => {
    const outside = [-100, -4.0001, 4.0001, 17];
    const { y, back, logDet, backLogDet, slope } = await at(outside, bent);
    expect([y, back]).toEqual([outside, outside]);
    expect([logDet, backLogDet]).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(slope).toEqual([1, 1, 1, 1]);
    expect((await at([1.3], bent)).y[0]).not.toBeCloseTo(1.3, 2);
  });

  it("passes through its knots with their slopes, and is 1 steep at its ends", async () => {
    const [xs, ys] = [edges(bent, 0), edges(bent, BINS)];
    const { y, slope } = await at(xs, bent);
    for (const [i, v] of y.entries()) expect(v).toBeCloseTo(ys[i]!, 12);
    const shift = Math.log(Math.expm1(0.999));
    for (let i = 1; i < BINS; i++)
      expect(slope[i]).toBeCloseTo(1e-3 + Math.log1p(Math.exp(bent[2 * BINS + i - 1]! + shift)), 10);
    for (const end of [0, BINS]) expect(slope[end]).toBeCloseTo(1, 10);
  });

  it("has a continuous first derivative, at its knots and at the edge of its box, and says so in logDet", async () => {
    const gap = 1e-9;
    for (const [inverse, centres] of [
      [false, edges(bent, 0)],
      [true, edges(bent, BINS)],
    ] as const) {
      const { slope, logDet, backSlope, backLogDet } = await at(
        centres.flatMap((c) => [c - gap, c, c + gap]),
        bent,
      );
      const [slopes, logs] = inverse ? [backSlope, backLogDet] : [slope, logDet];
      for (let i = 0; i < slopes.length; i += 3) {
        for (const side of [0, 2]) expect(slopes[i + side]! / slopes[i + 1]!).toBeCloseTo(1, 6);
        expect(Math.exp(logs[i + 1]!) / slopes[i + 1]!).toBeCloseTo(1, 10);
      }
    }
  });

  it("rises, and comes back, with numbers as large as a network may give", async () => {
    const points = Array.from({ length: 801 }, (_, i) => -4 + i / 100);
    const wild = bent.map((v) => 20 * v);
    const { y, logDet } = await at(points, wild);
    expect(y.every((v, i) => i === 0 || v > y[i - 1]!)).toBe(true);
    expect(logDet.every(Number.isFinite)).toBe(true);
    const { back } = await at(y, wild);
    // Slopes go down to 1e-3 and below inside a bin: the inverse multiplies rounding by their reciprocal.
    for (const [i, v] of back.entries())
      expect(Math.abs(v - points[i]!)).toBeLessThan(1e-15 * 4 * Math.exp(-logDet[i]!) + 1e-9);
  });

  it.each([20, 50, 1e6])("is a number in single precision, with its gradients, at numbers ±%d", async (size) => {
    const found = await wild(size, "float32");
    for (const [name, values] of Object.entries(found))
      expect([name, values.filter((v) => !Number.isFinite(v))]).toEqual([name, []]);
  });

  it("is inverted in single precision as far as rounding of the argument lets it", async () => {
    const [single, double] = [await wild(8, "float32"), await wild(8, "float64")];
    // Sixteen roundings of the bound, as often as the inverse is steep.
    const off = single.x.map(
      (v, i) => Math.abs(v - double.x[i]!) / (BOUND * 2 ** -23 * (1 + Math.exp(double.steep[i]!))),
    );
    expect(Math.max(...off)).toBeLessThan(16);
  });

  it("lets a NaN through", async () => {
    const { y, back } = await at([Number.NaN], bent);
    expect([y, back]).toEqual([[Number.NaN], [Number.NaN]]);
  });
});
