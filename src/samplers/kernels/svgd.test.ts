import { describe, expect, it } from "vitest";
import { curvedEnergy, curvedGradientAt, type Point } from "../../../test/support/curved-energy.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { squaredDistances, svgd } from "./svgd.js";

const key = makeKey(41);
const pointsOf = ({ data }: FloatTensor): Point[] =>
  Array.from({ length: data.length / 2 }, (_, i) => [data[2 * i]!, data[2 * i + 1]!] as const);
const flat = (points: readonly Point[]) => tensor(Float64Array.from(points.flat()), [points.length, 2]);

/** `φ` at every particle, and its two parts, straight from the definition. */
function velocities(x: readonly Point[], gradient: (p: Point) => Point): Point[] {
  const distance = (a: Point, b: Point): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2;
  const pairs = x.flatMap((a, i) => x.slice(0, i).map((b) => distance(a, b))).sort((a, b) => a - b);
  const h = pairs[Math.floor(pairs.length / 2)]! / Math.log(x.length + 1);
  return x.map((a) => {
    const parts = x.map((b) => {
      const k = Math.exp(-distance(a, b) / h);
      const g = gradient(b);
      return [0, 1].map((j) => -k * g[j]! + (2 / h) * k * (a[j]! - b[j]!));
    });
    return [0, 1].map((j) => parts.reduce((s, p) => s + p[j]!, 0) / x.length) as unknown as Point;
  });
}

describe("a step", () => {
  it.each([2, 3, 7, 12])("is that of the definition, for %i particles", async (n) => {
    const target = { energy: curvedEnergy, event: [2], chains: n };
    const kernel = await hostKernel((t) => svgd(t, { stepSize: 0.3 }), target, "float64");
    const x = normal(key, [n, 2], "float64");
    const { state } = await kernel.step(await kernel.init(x), {});
    const v = velocities(pointsOf(x), curvedGradientAt);
    const expected = flat(pointsOf(x).map((p, i) => [p[0] + 0.3 * v[i]![0], p[1] + 0.3 * v[i]![1]]));
    expect(worstDifference(state.x!, expected)).toBeLessThan(1e-12);
  });

  it("does not ask for the order of particles", async () => {
    const n = 9;
    const target = { energy: curvedEnergy, event: [2], chains: n };
    const kernel = await hostKernel((t) => svgd(t), target, "float64");
    const x = pointsOf(normal(key, [n, 2], "float64"));
    const order = [3, 7, 0, 8, 1, 5, 2, 6, 4];
    const moved = async (points: readonly Point[]): Promise<Point[]> =>
      pointsOf((await kernel.walk(await kernel.init(flat(points)), key, 5)).state.x as FloatTensor);
    const plain = await moved(x);
    const permuted = await moved(order.map((i) => x[i]!));
    expect(worstDifference(flat(permuted), flat(order.map((i) => plain[i]!)))).toBeLessThan(1e-12);
  });

  it("stays finite where particles coincide, and climbs where there is one", async () => {
    const at = async (n: number, steps: number): Promise<Point[]> => {
      const target = { energy: curvedEnergy, event: [2], chains: n };
      const kernel = await hostKernel((t) => svgd(t), target, "float64");
      const x = flat(Array.from({ length: n }, () => [0.5, -0.5] as const));
      return pointsOf((await kernel.walk(await kernel.init(x), key, steps)).state.x as FloatTensor);
    };
    const slope = curvedGradientAt([0.5, -0.5]);
    for (const p of await at(4, 1)) for (const j of [0, 1]) expect(p[j]).toBeCloseTo(0.5 - j - 0.1 * slope[j]!, 12);
    const [alone] = await at(1, 2000);
    // The one mode is at a = 0, where eᵃ = 1, and b = a².
    for (const v of alone!) expect(v).toBeCloseTo(0, 8);
  });
});

it("measures distances from far away as from near, in single precision", async () => {
  const near = normal(key, [20, 3]);
  const far = tensor(
    near.data.map((v) => Math.fround(v) + 1000),
    [20, 3],
  );
  const exact = tensor(
    Float64Array.from(far.data, (v) => v - 1000),
    [20, 3],
  );
  const { measured, truth } = await evaluate({
    measured: squaredDistances(constant(far)),
    truth: squaredDistances(constant(exact)),
  });
  expect(worstDifference(measured, truth)).toBeLessThan(1e-4);
  const [a, b] = [0, 1].map((i) => Array.from(exact.data.slice(3 * i, 3 * i + 3)));
  expect(numbers(truth)[1]).toBeCloseTo(
    a!.reduce((s, v, j) => s + (v - b![j]!) ** 2, 0),
    10,
  );
});

describe("on a Gaussian", () => {
  const [n, mean, sd] = [40, 1.5, 2];
  const target = { energy: gaussianEnergy([2], mean, sd), event: [2], chains: n };

  it("comes to rest where Stein's identity holds, with the mean exactly and the variance nearly", async () => {
    const kernel = await hostKernel((t) => svgd(t, { stepSize: 4 }), target, "float64");
    // Symmetric about the mean, and too narrow.
    const half = pointsOf(normal(fold(key, "half"), [n / 2, 2], "float64"));
    const start = flat(half.flatMap(([a, b]) => [[mean + a / 4, mean + b / 4] as const, [mean - a / 4, mean - b / 4]]));
    const { state } = await kernel.walk(await kernel.init(start), key, 800);
    const x = pointsOf(state.x as FloatTensor);
    const slope = (p: Point): Point => [(p[0] - mean) / sd ** 2, (p[1] - mean) / sd ** 2];
    const fastest = (at: readonly Point[]): number => Math.max(...velocities(at, slope).flat().map(Math.abs));
    expect(fastest(pointsOf(start))).toBeGreaterThan(0.1);
    expect(fastest(x)).toBeLessThan(3e-4);
    for (const j of [0, 1] as const) {
      const values = x.map((p) => p[j]);
      expect(values.reduce((s, v) => s + v, 0) / n).toBeCloseTo(mean, 8);
      const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / n;
      expect(variance / sd ** 2).toBeGreaterThan(0.8);
      expect(variance / sd ** 2).toBeLessThan(1);
    }
  });
});

it("goes uphill from afar, and runs as a sampler that says its chains are one population", async () => {
  const start = tensor(
    normal(fold(key, "far"), [30, 2]).data.map((v) => v + 4),
    [30, 2],
  );
  const energy = gaussianEnergy([2], 0, 1);
  const run = { energy, sampler: svgd, start, warmup: 20, draws: 60, key };
  const samples = await sample({ ...run, options: { stepSize: 0.2 } });
  expect([samples.interacts, samples.exact]).toEqual([true, false]);
  const at = (draw: number): number => {
    const squares = Array.from({ length: 30 }, (_, c) => {
      const [a, b] = [0, 1].map((j) => samples.x.data[(c * 60 + draw) * 2 + j]!);
      return (a! * a! + b! * b!) / 2;
    });
    return squares.reduce((s, v) => s + v, 0) / 30;
  };
  const path = Array.from({ length: 60 }, (_, draw) => at(draw));
  const initial = Array.from(start.data, (v) => (v * v) / 2).reduce((s, v) => s + v, 0) / 30;
  expect(path[0]).toBeLessThan(initial / 2);
  expect(path.every((e, i) => i === 0 || e < path[i - 1]!)).toBe(true);
});
