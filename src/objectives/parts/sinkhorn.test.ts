import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { exp } from "../../ops/arithmetic.js";
import { input } from "../../ops/leaf.js";
import { normal, uniform } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { compile } from "../../runtime/program.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { drawPartners, sinkhorn, squaredDistances } from "./sinkhorn.js";

const key = makeKey(83);

/** `P(j | i)` and costs of points in the plane, row by row. */
async function couple(x: FloatTensor, y: FloatTensor, regularisation: number, iterations: number) {
  const [a, b] = [input("x", x.shape, "float64"), input("y", y.shape, "float64")];
  const distances = squaredDistances(a, b);
  const program = await compile(
    { x: a, y: b },
    { distances, law: exp(sinkhorn(distances, regularisation, iterations)) },
  );
  const found = await program.run({ x, y });
  const m = y.shape[0]!;
  const rows = (t: readonly number[]): number[][] =>
    Array.from({ length: x.shape[0]! }, (_, i) => t.slice(i * m, (i + 1) * m));
  return { cost: rows(numbers(found.distances!)), law: rows(numbers(found.law!)) };
}

const cloud = (name: string, n: number): FloatTensor => normal(fold(key, name), [n, 2], "float64");
const total = (x: readonly number[]): number => x.reduce((s, v) => s + v, 0);

/** All orders of 0 … n − 1. */
const orders = (n: number): number[][] =>
  n === 0 ? [[]] : orders(n - 1).flatMap((p) => Array.from({ length: n }, (_, i) => p.toSpliced(i, 0, n - 1)));

it("knows the squared distances", async () => {
  const [x, y] = [cloud("x", 4), cloud("y", 3)];
  const { cost } = await couple(x, y, 1, 1);
  for (let i = 0; i < 4; i++)
    for (let j = 0; j < 3; j++) {
      const [u, v] = [0, 1].map((k) => x.data[2 * i + k]! - y.data[2 * j + k]!) as [number, number];
      expect(cost[i]![j]).toBeCloseTo(u * u + v * v, 12);
    }
});

describe("the coupling", () => {
  it.each([0, 1, 2, 3])("is the best assignment of six points where it is hardly regularised, case %i", async (c) => {
    const { cost, law } = await couple(cloud(`x${c}`, 6), cloud(`y${c}`, 6), 2e-3, 2000);
    const costOf = (order: readonly number[]): number => total(order.map((j, i) => cost[i]![j]!));
    const [best, second] = orders(6)
      .map((order) => ({ order, cost: costOf(order) }))
      .sort((a, b) => a.cost - b.cost) as [{ order: number[]; cost: number }, { cost: number }];
    // The next best is so much worse that the regularisation does not mix the two.
    expect(second.cost / best.cost).toBeGreaterThan(1.005);
    for (const [i, j] of best.order.entries()) expect(law[i]![j]).toBeGreaterThan(0.9);
    const used = best.order.map((_, j) => total(law.map((row) => row[j]!)));
    for (const share of used) expect(Math.abs(share - 1)).toBeLessThan(0.02);
  });

  it("solves the regularised problem: uniform marginals, and P = a K b", async () => {
    const [n, regularisation] = [8, 0.1];
    const { cost, law } = await couple(cloud("p", n), cloud("q", n), regularisation, 500);
    const epsilon = regularisation * (total(cost.flat()) / n ** 2);
    for (let k = 0; k < n; k++) {
      expect(total(law[k]!)).toBeCloseTo(1, 12);
      expect(total(law.map((row) => row[k]!))).toBeCloseTo(1, 8);
    }
    // log P + C/ε is a sum of one number a row and one a column: second differences vanish.
    const s = law.map((row, i) => row.map((p, j) => Math.log(p) + cost[i]![j]! / epsilon));
    for (let i = 1; i < n; i++)
      for (let j = 1; j < n; j++) expect(s[i]![j]! - s[0]![j]! - s[i]![0]! + s[0]![0]!).toBeCloseTo(0, 8);
  });

  it("is independence where it is regularised by much", async () => {
    const { law } = await couple(cloud("p", 8), cloud("q", 8), 1e4, 5);
    for (const p of law.flat()) expect(p).toBeCloseTo(1 / 8, 4);
  });

  it("uses every column nearly alike after the default number of iterations", async () => {
    const n = 256;
    const { law } = await couple(cloud("large p", n), cloud("large q", n), 0.05, 50);
    const uneven = Array.from({ length: n }, (_, j) => Math.abs(total(law.map((row) => row[j]!)) - 1));
    expect(Math.max(...uneven)).toBeLessThan(0.05);
    for (const row of law) expect(total(row)).toBeCloseTo(1, 12);
  });
});

it("draws the partner of a row by its law, whole points", async () => {
  const n = 20_000;
  const law = [0.5, 0, 0.2, 0.3];
  const y = tensor(Float32Array.of(1, -1, 2, -2, 3, -3, 4, -4), [4, 2]);
  const u = uniform(fold(key, "u"), [n]);
  u.data[0] = 1 - 2 ** -24;
  const inputs = { law: input("law", [n, 4]), y: input("y", [4, 2]), u: input("u", [n]) };
  const program = await compile(inputs, { x: drawPartners(inputs.law, inputs.y, inputs.u) });
  const logs = Float32Array.from({ length: 4 * n }, (_, i) => Math.log(law[i % 4]!));
  const x = numbers((await program.run({ law: tensor(logs, [n, 4]), y, u })).x!);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    expect(x[2 * i + 1]).toBe(-x[2 * i]!);
    counts[x[2 * i]! - 1]! += 1;
  }
  expect(counts[1]).toBe(0);
  expect(x[0]).toBe(4);
  // 5 standard errors: false alarms once in 1.7e6 for each, were the seed not fixed.
  for (const [j, p] of law.entries())
    expect(Math.abs(counts[j]! - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
});
