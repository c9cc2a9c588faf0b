/**
 * What an engine takes for an operation, an element, a product, and to prepare a program: the numbers of the rule that
 * chooses among engines. Each is a slope: the same program with more of one thing and no more of the others.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { grad } from "ebbflow/autodiff";
import { realnvp } from "ebbflow/flows";
import { print } from "ebbflow/ir";
import { add, input, matmul, mean, mul, scan, sigmoid, sub, sum } from "ebbflow/ops";
import { makeKey, normal } from "ebbflow/random";
import { compile } from "ebbflow/runtime";
import { least, middle, secondsOf } from "./rounds.mjs";
import { columns, digits } from "./table.mjs";

const key = makeKey(8);
const repeated = (x, n, step) => Array.from({ length: n }).reduce(step, x);

/** By what grows: shapes, turns of a loop, and one piece of its body with how many of that it holds. */
const pieces = {
  // A sum ends what is computed in one pass.
  operation: {
    shape: [4, 4],
    turns: 500,
    piece: (x) => sub(x, mul(0.01, sum(mul(x, x), 1))),
    holds: { operation: 4 },
  },
  element: {
    shape: [512, 128],
    turns: 10,
    // The derivative of SiLU.
    piece: (x) => mul(sigmoid(x), add(1, mul(x, sub(1, sigmoid(x))))),
    holds: { element: 5 * 512 * 128 },
  },
  product: {
    shape: [512, 128],
    turns: 10,
    piece: (x, w) => matmul(x, w),
    holds: { product: 512 * 128 * 128 },
  },
};

/** A program of `n` pieces in every turn, and how often a run does each. */
async function programOf({ shape, turns, piece }, n, by) {
  const symbols = { x: input("x", shape), w: input("w", [128, 128]) };
  const { state } = scan({ init: { x: symbols.x }, length: turns }, ({ x }) => ({
    state: { x: repeated(x, n, (at) => piece(at, symbols.w)) },
  }));
  // A shift of the columns: products neither grow nor vanish.
  const w = new Float32Array(128 * 128);
  for (let i = 0; i < 128; i++) w[i * 128 + ((i + 7) % 128)] = 1;
  const given = { x: normal(key, shape), w: { dtype: "float32", shape: [128, 128], data: w } };
  const program = await compile(symbols, { x: state.x }, { by });
  return () => program.run(given);
}

/** Seconds a piece: the least of the rounds with many pieces less the least with few. */
async function slope(what, by, rounds) {
  const [few, many] = [2, 10];
  const runs = [await programOf(pieces[what], few, by), await programOf(pieces[what], many, by)];
  const seen = [[], []];
  for (let i = 0; i < rounds; i++) for (const [k, run] of runs.entries()) seen[k].push(await secondsOf(run));
  return (least(seen[1]) - least(seen[0])) / ((many - few) * pieces[what].turns);
}

/** Seconds to compile the gradient of a flow, and how many operations are written. */
async function preparing(layers, by, salt) {
  const model = realnvp({ layers, hidden: [32, 32] }, [4]);
  const symbols = { x: input("x", [64 + salt, 4]), params: input("params", [model.layout.size]) };
  const outputs = { gradient: grad(mean(model.logProb(symbols.x, symbols.params)), [symbols.params])[0] };
  const began = performance.now();
  await compile(symbols, outputs, { by });
  return { seconds: (performance.now() - began) / 1000, written: print(Object.values(outputs)).split("\n").length };
}

async function costsOf(by, rounds) {
  const [operation, element, product] = [
    await slope("operation", by, rounds),
    await slope("element", by, rounds),
    await slope("product", by, rounds),
  ];
  const costs = {};
  const { holds } = pieces.element;
  costs.element = element / holds.element;
  costs.operation = operation / pieces.operation.holds.operation;
  costs.product = product / pieces.product.holds.product;
  await preparing(1, by, 32 * rounds);
  const [small, large] = [[], []];
  for (let i = 0; i < Math.min(rounds, 3); i++) {
    small.push(await preparing(1, by, i));
    large.push(await preparing(8, by, i));
  }
  const seconds = (all) => middle(all.map((one) => one.seconds));
  costs.written = (seconds(large) - seconds(small)) / (large[0].written - small[0].written);
  costs.start = seconds(small) - small[0].written * costs.written;
  return costs;
}

/** A table of engines; C with an empty folder of modules. */
export async function engineCosts({ rounds }) {
  const folder = mkdtempSync(join(tmpdir(), "ebbflow-engines-"));
  process.env.EBBFLOW_CACHE = folder;
  try {
    const names = ["start", "written", "operation", "element", "product"];
    const rows = [];
    for (const by of ["c", "wasm", "onnx"]) {
      const costs = await costsOf(by, rounds);
      rows.push([by, ...names.map((name) => digits(costs[name], 2))]);
    }
    return `seconds\n${columns([["engine", ...names], ...rows])}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
