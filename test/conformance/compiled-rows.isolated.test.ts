/** Random programs over rows on every target: a row has the same bits wherever it stands, and among however many. */

import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Expr } from "../../src/ir/expr.js";
import { input } from "../../src/ops/leaf.js";
import { type Tensor, tensor } from "../../src/util/tensor.js";
import { compiledEngines } from "../support/compiled-engines.js";
import { draws } from "../support/fuzz/programs.js";
import { growRows } from "../support/fuzz/rows.js";
import { interpreted } from "../support/interpreted-program.js";
import type { Compute } from "../support/op-values.js";
import { sharedScratch } from "../support/scratch.js";

vi.stubEnv("EBBFLOW_CACHE", sharedScratch());
const engines: [string, Compute][] = [
  ["4 lanes, in blocks of 2 rows", interpreted({ f32: 4, f64: 2 }, { rows: 2, near: 1 })],
  ...Object.entries(await compiledEngines()),
];

const PROGRAMS = Number(process.env.EBBFLOW_FUZZ ?? 33);
/** So many become one module, for which C is compiled once. */
const TOGETHER = 33;
/** Rows that are different; those of a larger batch are these again. */
const DIFFERENT = 5;
/** From five rows on. Of fewer, a product of which the rows are columns is summed in another order; others are not. */
const CASES = [
  { columns: true, batches: [16, 5] },
  { columns: false, batches: [16, 2, 1] },
];
const SHAPES = [[], [1], [2], [3], [5], [8], [13], [17], [40], [2, 3], [5, 4], [3, 1]];

const program = fc.record({
  shape: fc.constantFrom(...SHAPES),
  width: fc.constantFrom("float32" as const, "float64" as const),
  steps: fc.array(draws, { minLength: 2, maxLength: 16, size: "max" }),
});
const all = fc.sample(program, { numRuns: PROGRAMS, seed: Number(process.env.EBBFLOW_FUZZ_SEED ?? 5), unbiased: true });
type Seed = (typeof all)[number];

/** Multiples of 1/64 up to 2, row after row. */
function rowsOf({ shape, width }: Seed, rows: number): Tensor {
  const size = shape.reduce((n, k) => n * k, 1);
  const at = (i: number): number => (((((i % (DIFFERENT * size)) + 3) * 7919) % 257) - 128) / 64;
  const data = Array.from({ length: rows * size }, (_, i) => at(i));
  return tensor(width === "float32" ? Float32Array.from(data) : Float64Array.from(data), [rows, ...shape]);
}

/** The bits of every row of every result, as text. */
async function bitsOf(seeds: readonly Seed[], rows: number, columns: boolean, compute: Compute): Promise<string[][]> {
  const [symbols, results, feeds]: [Record<string, Expr>, Record<string, Expr>, Record<string, Tensor>] = [{}, {}, {}];
  for (const [p, seed] of seeds.entries()) {
    const x = input(`x${p}`, [rows, ...seed.shape], seed.width);
    [symbols[`x${p}`], feeds[`x${p}`]] = [x, rowsOf(seed, rows)];
    for (const [i, y] of growRows([x], seed.steps, columns).slice(-2).entries()) results[`y${p}, ${i}`] = y;
  }
  const got = await compute(symbols, results, feeds);
  return Object.entries(got).map(([name, { data }]) => {
    const length = data.length / rows;
    return Array.from({ length: rows }, (_, r) => `${name}: ${data.slice(r * length, (r + 1) * length)}`);
  });
}

const firsts = Array.from({ length: Math.ceil(PROGRAMS / TOGETHER) }, (_, i) => i * TOGETHER);
for (const [name, compute] of engines)
  for (const { columns, batches } of CASES)
    it.each(firsts)(`${name}: programs from %i on, of ${batches.join(", ")} rows`, async (first) => {
      const seeds = all.slice(first, first + TOGETHER);
      const [expected, ...others] = await Promise.all(batches.map((n) => bitsOf(seeds, n, columns, compute)));
      const stray = [expected!, ...others].flatMap((results, b) =>
        results.flatMap((rows, i) => {
          const at = rows.findIndex((row, r) => row !== expected![i]![r % DIFFERENT]);
          return at < 0 ? [] : [`row ${at} of ${batches[b]}: ${rows[at]}, expected ${expected![i]![at % DIFFERENT]}`];
        }),
      );
      expect(stray).toEqual([]);
    });
