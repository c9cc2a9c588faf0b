import { describe, expect, it } from "vitest";
import { compiledEngines } from "../../test/support/compiled-engines.js";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import type { FloatTensor } from "../util/tensor.js";
import { plan } from "./plan.js";
import type { Region } from "./region.js";

const engines = await compiledEngines();
const key = makeKey(8);
const WIDTH = 60;
const draw = (name: string, ...shape: number[]): FloatTensor => normal(fold(key, name), shape);
const weights = { w1: draw("w1", 2, WIDTH), w2: draw("w2", WIDTH, WIDTH), w3: draw("w3", WIDTH, 1) };

/** Three steps down the energy of a network, on so many rows; and a sum over all rows, which no block of rows knows. */
function descent(rows: number) {
  const feeds = { ...weights, x: draw("x", rows, 2) };
  const inputs = Object.fromEntries(Object.entries(feeds).map(([n, t]) => [n, ops.input(n, t.shape)])) as Record<
    keyof typeof feeds,
    Expr
  >;
  const energy = (x: Expr): Expr => {
    const h = ops.silu(ops.matmul(ops.silu(ops.matmul(x, inputs.w1)), inputs.w2));
    return ops.reshape(ops.matmul(h, inputs.w3), [rows]);
  };
  const { state } = ops.scan({ init: { x: inputs.x }, length: 3 }, ({ x }) => ({
    state: { x: ops.sub(x, ops.mul(0.1, grad(ops.sum(energy(x)), [x])[0]!)) },
  }));
  const centred = ops.sub(state.x, ops.reshape(ops.mean(state.x, 0), [1, 2]));
  return { feeds, inputs, outputs: { x: state.x, centred, turned: ops.flip(ops.flip(state.x, 1), 0) } };
}

const loopsOf = ({ statements }: Region): number[] =>
  statements.flatMap((s) => ("length" in s ? [s.length, ...loopsOf(s.body)] : "body" in s ? loopsOf(s.body) : []));
const planned = (rows: number) => {
  const { inputs, outputs } = descent(rows);
  return plan(Object.values(inputs), Object.values(outputs));
};

describe("rows in blocks", () => {
  it("are loops within the loop, the rows that are left by themselves, and few rows at once", () => {
    // 64 rows a block: 300 rows are four blocks and 44 rows.
    expect(loopsOf(planned(300).region)).toEqual([3, 4, 1]);
    expect(loopsOf(planned(124).region)).toEqual([3]);
  });

  it("need memory for a block, not for all rows", () => {
    const bytes = (rows: number): number => planned(rows).workspaceBytes;
    expect(bytes(30_000) - bytes(10_000)).toBeLessThan(20_000 * 4 * 2 * 4);
  });

  it.each(Object.entries(engines))("have the bits that they have among few: %s", async (_, computed) => {
    const compute = async (rows: number) => {
      const { feeds, inputs, outputs } = descent(rows);
      return computed(inputs, outputs, feeds);
    };
    const [many, few] = [await compute(300), await compute(124)];
    expect(numbers(many.x!).slice(0, 248)).toEqual(numbers(few.x!));
    const all = numbers(many.x!);
    expect(numbers(many.turned!)).toEqual([...all].reverse());
    for (const axis of [0, 1]) {
      const column = all.filter((_, i) => i % 2 === axis);
      const mean = column.reduce((s, v) => s + v, 0) / 300;
      const centred = numbers(many.centred!).filter((_, i) => i % 2 === axis);
      // Sums of 300 numbers of size 1 in single precision.
      for (const [i, v] of centred.entries()) expect(Math.abs(v - (column[i]! - mean))).toBeLessThan(1e-5);
    }
  });
});
