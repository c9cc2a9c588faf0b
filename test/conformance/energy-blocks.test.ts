/** Every energy that draws its own blocks: the tempered energy, independent rows, and a law that a sweep keeps. */

import { describe, expect, it } from "vitest";
import type { Blocks } from "../../src/energies/energy.js";
import { real } from "../../src/energies/support.js";
import type { Expr, Operand } from "../../src/ir/expr.js";
import { constant, input } from "../../src/ops/leaf.js";
import { fold, type Key, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import { compile } from "../../src/runtime/program.js";
import { mapValues } from "../../src/util/records.js";
import { type FloatTensor, floats, sizeOf, tensor } from "../../src/util/tensor.js";
import { discreteLaw, stateNumbers } from "../support/discrete.js";
import { casesOf, contextOf, type EnergyCase, energies, POINTS, shapesOf } from "../support/energy-cases.js";
import { numbers, worstDifference } from "../support/tensors.js";

const key = makeKey(41);
const shapes = [[6], [4, 2], [2, 2, 3]];
const cases = casesOf(
  energies.filter((declare) => shapesOf(declare, shapes).some((event) => declare({}, contextOf(event)).blocks)),
  (declare) => shapesOf(declare, shapes).slice(0, 1),
);

it("has members with blocks, of every support", () => {
  expect([...new Set(cases.map(([, { energy }]) => energy.support.kind))].sort()).toEqual([
    "binary",
    "categorical",
    real.kind,
  ]);
});

type Beta = number | readonly number[];

/** β as an expression: a number as a scalar, several as one a row. */
const betaOf = (beta: Beta): Expr =>
  typeof beta === "number"
    ? constant(tensor(Float64Array.of(beta), []))
    : constant(tensor(Float64Array.from(beta), [beta.length]));

const rowsOf = (x: FloatTensor, from: number, to: number): FloatTensor => {
  const d = sizeOf(x.shape.slice(1));
  return tensor(x.data.slice(from * d, to * d), [to - from, ...x.shape.slice(1)]);
};

describe.each(cases)("blocks of energy %s", (_, { energy, params, points }: EnergyCase) => {
  const blocks = energy.blocks as Blocks;
  const theta = constant(params);

  async function tempered(x: FloatTensor, beta: Operand): Promise<number[]> {
    const at = input("x", x.shape, "float64");
    const { run } = await compile({ x: at }, { e: blocks.tempered(at, theta, beta), full: energy(at, theta) });
    return numbers((await run({ x })).e!);
  }

  /** Sweeps of points, each with noise of its own. */
  async function swept(x: FloatTensor, beta: Beta, own: Key, steps = 1): Promise<FloatTensor> {
    const noise = mapValues(blocks.noise(x.shape[0]!), (spec) => ({ ...spec, dtype: "float64" as const }));
    const at = input("x", x.shape, "float64");
    const drawn = mapValues(noise, ({ shape }, name) => input(name, shape, "float64"));
    const { run } = await compile({ ...drawn, x: at }, { y: blocks.sweep(at, drawn, theta, betaOf(beta)) });
    let y = x;
    for (let i = 0; i < steps; i++) y = (await run({ ...drawNoise(fold(own, i), noise), x: y })).y as FloatTensor;
    return tensor(floats(y), y.shape);
  }

  it("tempers to its energy at β = 1, and to a constant at β = 0 where it is discrete", async () => {
    const at = input("x", points.shape, "float64");
    const { run } = await compile({ x: at }, { e: energy(at, theta) });
    const own = numbers((await run({ x: points })).e!);
    for (const one of [1, betaOf(1)]) {
      const hot = await tempered(points, one);
      for (const [i, e] of hot.entries()) expect(e - hot[0]!).toBeCloseTo(own[i]! - own[0]!, 11);
    }
    const flat = await tempered(points, betaOf(0));
    const spread = Math.max(...flat) - Math.min(...flat);
    if (energy.support.kind === "real") expect(flat.every(Number.isFinite)).toBe(true);
    else expect(spread).toBeLessThan(1e-12);
  });

  it("takes β as a number, a scalar, or one a row", async () => {
    const betas = Array.from({ length: POINTS }, (_, i) => i / (POINTS - 1));
    const [rows, sweep] = [await tempered(points, betaOf(betas)), await swept(points, betas, key)];
    for (const i of [0, 4, POINTS - 1]) {
      expect((await tempered(points, betas[i]!))[i]).toBeCloseTo(rows[i]!, 12);
      expect((await tempered(points, betaOf(betas[i]!)))[i]).toBeCloseTo(rows[i]!, 12);
      const alone = rowsOf(await swept(points, betas[i]!, key), i, i + 1);
      expect(worstDifference(alone, rowsOf(sweep, i, i + 1))).toBeLessThan(1e-12);
    }
  });

  it("sweeps every row by itself, within the support, and the same for the same noise", async () => {
    const before = await swept(points, 1, key);
    expect(numbers(await swept(points, 1, key))).toEqual(numbers(before));
    expect(numbers(await swept(points, 1, fold(key, "other")))).not.toEqual(numbers(before));
    expect(before.shape).toEqual(points.shape);
    if (energy.support.kind !== "real") expect(() => stateNumbers(energy.support, before)).not.toThrow();
    const d = sizeOf(energy.event);
    const moved = points.data.slice();
    moved.set(points.data.subarray(0, d), 3 * d);
    const after = await swept(tensor(moved, points.shape), 1, key);
    for (let i = 0; i < POINTS; i++)
      if (i !== 3) expect(numbers(rowsOf(after, i, i + 1))).toEqual(numbers(rowsOf(before, i, i + 1)));
  });

  if (energy.support.kind === "real") return;

  it.each([1, 0.4])("keeps the law at β = %f, moves within it, and leaves others", async (beta) => {
    const lawAt = (b: number) => discreteLaw((x) => blocks.tempered(x, theta, b), energy.support, energy.event);
    const law = await lawAt(beta);
    const exact = law.draw(fold(key, "exact"), 15000);
    const after = await swept(exact, beta, fold(key, "sweeps"), 2);
    // Chance of a false alarm: 3e-6 each.
    expect(law.score(after)).toBeLessThan(4.5);
    expect(numbers(after)).not.toEqual(numbers(exact));
    expect((await lawAt(beta === 1 ? 0.4 : 1)).score(after)).toBeGreaterThan(4.5);
  });
});
