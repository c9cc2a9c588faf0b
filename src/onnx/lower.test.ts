import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countTypes, type ReadGraph, readModel } from "../../test/support/onnx-reader.js";
import { grad } from "../autodiff/grad.js";
import type { Expr } from "../ir/expr.js";
import * as ops from "../ops/index.js";
import { compile, evaluate } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { type DType, tensor } from "../util/tensor.js";
import { lower } from "./lower.js";

const x = ops.input("x", [2, 3]);
const graphOf = (outputs: Record<string, Expr>, inputs: Record<string, Expr> = { x }): ReadGraph =>
  readModel(lower(inputs, outputs)).graph;

describe("a lowered model", () => {
  it("says what it is, what it takes and what it gives", () => {
    const n = ops.input("n", [4], "int64");
    const model = readModel(lower({ x, n }, { y: ops.exp(x), "a b": ops.equal(n, 0), z: ops.cast(x, "float64") }));
    expect([model.irVersion, model.producer, model.opset]).toEqual([10, "ebbflow", 21]);
    expect(model.graph.inputs.map(({ shape, type }) => [shape, type])).toEqual([
      [[2, 3], 1],
      [[4], 7],
    ]);
    expect(model.graph.outputs).toEqual([
      { name: "out:y", shape: [2, 3], type: 1 },
      { name: "out:a b", shape: [4], type: 9 },
      { name: "out:z", shape: [2, 3], type: 11 },
    ]);
    expect(countTypes(model.graph)).toEqual({ Exp: 1, Equal: 1, Cast: 1, Identity: 3 });
  });

  it("names everything once, and only what exists before it is used", () => {
    const y = ops.softplus(ops.matmul(x, ops.transpose(x)));
    const { inputs, initializers, nodes } = graphOf({ y, g: grad(ops.sum(y), [x])[0] });
    const names = [...inputs, ...initializers].map((v) => v.name);
    for (const node of nodes) {
      expect(node.inputs.filter((i) => !names.includes(i))).toEqual([]);
      names.push(...node.outputs);
    }
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(nodes.map((n) => n.name)).size).toBe(nodes.length);
  });

  it("writes what is shared once, and what nobody needs not at all", () => {
    const s = ops.sin(x);
    ops.cos(s);
    const y = ops.add(ops.mul(s, ops.sin(x)), ops.exp(s));
    expect(countTypes(graphOf({ y, again: y }))).toEqual({ Sin: 1, Mul: 1, Exp: 1, Add: 1, Identity: 2 });
  });

  it("keeps one constant a value", () => {
    const y = ops.mul(
      ops.add(ops.mul(x, 0.5), 0.5),
      ops.add(ops.sum(x, 0), ops.constant(tensor(Float32Array.of(0.5)))),
    );
    const { initializers } = graphOf({ y, z: ops.sum(ops.exp(x), 0) });
    expect(initializers.filter((c) => c.type === 1).map((c) => c.shape)).toEqual([[], [1]]);
    // The axes of both sums.
    expect(initializers.filter((c) => c.type === 7).map((c) => c.shape)).toEqual([[1]]);
  });

  it("tells two shapes of one large array apart", async () => {
    const data = Float32Array.from({ length: 100 }, (_, i) => i);
    const [flat, square] = [ops.constant(tensor(data, [100])), ops.constant(tensor(data, [10, 10]))];
    const got = await evaluate({ a: ops.sum(ops.sin(flat), 0), b: ops.sum(ops.cos(square), 1) });
    expect([got.a.shape, got.b.shape]).toEqual([[], [10]]);
  });

  it("takes inputs by any name, as well as those it uses itself", async () => {
    const names = ["constant_0", "Exp_0", "Add_1", "result_2", "out:y", "", "α β"];
    const inputs = Object.fromEntries(names.map((n) => [n, ops.input(n, [2])]));
    const y = ops.exp(ops.add(ops.addAll(Object.values(inputs)), 1));
    const { run } = await compile(inputs, { y });
    const got = await run(Object.fromEntries(names.map((n) => [n, tensor(Float32Array.of(0, 0.125))])));
    expect(Array.from(got.y!.data, Number)).toEqual([1, 1.875].map((v) => expect.closeTo(Math.exp(v), 5)));
  });

  it("reads any expression as an input: what made it is left out", async () => {
    const s = ops.exp(x);
    const y = ops.mul(ops.sin(s), 2);
    expect(countTypes(graphOf({ y }, { s }))).toEqual({ Sin: 1, Mul: 1, Identity: 1 });
  });

  it("refuses an input that it is not given, by name", () => {
    const missing = ops.input("temperature", []);
    expect(() => lower({ x }, { y: ops.mul(x, missing) })).toThrow(ShapeError);
    expect(() => lower({ x }, { y: ops.mul(x, missing) })).toThrow(
      "compile: the program uses the input temperature, which it is not given",
    );
    const inside = ops.scan({ init: { x }, length: 2 }, (state) => ({ state: { x: ops.mul(state.x, missing) } }));
    expect(() => lower({ x }, { y: inside.state.x })).toThrow("uses the input temperature");
  });
});

/** A program with all that a model can hold, made anew at each call. */
function everything(): Uint8Array {
  const [a, w] = [ops.input("a", [4, 2]), ops.input("w", [2, 2])];
  const table = ops.constant(
    tensor(
      Float32Array.from({ length: 80 }, (_, i) => Math.sin(i)),
      [40, 2],
    ),
  );
  const { state, outputs } = ops.scan({ init: { h: a }, length: 3 }, ({ h }) => ({
    state: { h: ops.tanh(ops.matmul(h, ops.exp(w))) },
    outputs: { e: ops.sum(ops.square(h), 1) },
  }));
  const y = ops.add(ops.sum(state.h), ops.sum(ops.gather(table, ops.argmax(outputs.e, 0))));
  const [ga, gw] = grad(y, [a, w]);
  return lower({ a, w }, { y, ga, gw, sorted: ops.sort(outputs.e).values });
}

it("equal programs give equal bytes", () => {
  expect(Buffer.from(everything()).equals(everything())).toBe(true);
  const other = lower({ x }, { y: ops.exp(x) });
  expect(Buffer.from(lower({ x }, { y: ops.log(x) })).equals(other)).toBe(false);
});

const protoc = "/usr/bin/protoc";
it.runIf(existsSync(protoc))("protoc reads the same operators from the bytes (where it is installed)", () => {
  const bytes = everything();
  const text = execFileSync(protoc, ["--decode_raw"], { input: bytes, encoding: "utf8", maxBuffer: 1e8 });
  // Field 7 is the graph, its field 1 a node, and of that field 4 the operator.
  const types = [...text.matchAll(/^ {4}4: "(\w+)"$/gm)].map((m) => m[1]);
  expect(types).toEqual(readModel(bytes).graph.nodes.map((n) => n.type));
  expect(types).toContain("Scan");
});

describe("a loop", () => {
  const bodyOf = (graph: ReadGraph): ReadGraph => graph.nodes.find((n) => n.type === "Scan")!.graphs.body!;
  const w = ops.input("w", [3, 3]);

  it("does nothing inside that could be done once outside", () => {
    const { state } = ops.scan({ init: { h: x }, length: 5 }, ({ h }) => {
      const fixed = ops.softmax(ops.matmul(ops.exp(w), w));
      const scale = ops.sqrt(ops.sum(ops.square(fixed)));
      return { state: { h: ops.tanh(ops.mul(ops.matmul(h, fixed), scale)) } };
    });
    const graph = graphOf({ y: state.h }, { x, w });
    expect(countTypes(graph)).toEqual({
      Exp: 1,
      Gemm: 1,
      Softmax: 1,
      Mul: 1,
      ReduceSum: 1,
      Sqrt: 1,
      Scan: 1,
      Identity: 1,
    });
    expect(countTypes(bodyOf(graph))).toEqual({ Gemm: 1, Mul: 1, Tanh: 1, Identity: 1 });
  });

  it("in a loop leaves to the outer one what only that changes", () => {
    const outer = ops.scan({ init: { h: x }, length: 2 }, ({ h }) => {
      const inner = ops.scan({ init: { s: h }, length: 3 }, ({ s }) => ({
        state: { s: ops.add(ops.sin(s), ops.mul(ops.exp(h), ops.sum(ops.cos(w), 0))) },
      }));
      return { state: { h: inner.state.s } };
    });
    const graph = graphOf({ y: outer.state.h }, { x, w });
    expect(countTypes(graph)).toEqual({ Cos: 1, ReduceSum: 1, Scan: 1, Identity: 1 });
    expect(countTypes(bodyOf(graph))).toEqual({ Exp: 1, Mul: 1, Scan: 1, Identity: 1 });
    expect(countTypes(bodyOf(bodyOf(graph)))).toEqual({ Sin: 1, Add: 1, Identity: 1 });
  });

  it("run backwards keeps outside what its steps share, and drops what nobody asked for", () => {
    const { state } = ops.scan({ init: { h: x }, length: 5 }, ({ h }) => ({
      state: { h: ops.matmul(h, ops.exp(w)) },
    }));
    const [g] = grad(ops.sum(state.h), [x]);
    const graph = graphOf({ g }, { x, w });
    // The steps are linear and w is not asked for: no states are visited again, nothing is summed.
    expect(countTypes(graph)).toMatchObject({ Exp: 1, Scan: 1 });
    expect(countTypes(bodyOf(graph))).toEqual({ Gemm: 1, Identity: 1 });
  });

  it("reads one result of another loop outside, which runs once and not in its body", () => {
    const first = ops.scan({ init: { a: x, b: x }, length: 4 }, ({ a, b }) => ({
      state: { a: ops.sin(b), b: ops.cos(a) },
    }));
    const { state } = ops.scan({ init: { s: ops.zerosLike(x) }, length: 3 }, ({ s }) => ({
      state: { s: ops.add(ops.tanh(s), first.state.a) },
    }));
    const graph = graphOf({ y: state.s }, { x });
    expect(countTypes(graph)).toMatchObject({ Scan: 2 });
    const bodies = graph.nodes.filter((n) => n.type === "Scan").map((n) => countTypes(n.graphs.body!));
    expect(bodies).toContainEqual({ Tanh: 1, Add: 1, Identity: 1 });
  });

  it("leaves out sequences that its body does not read", () => {
    const [xs, unused] = [ops.input("xs", [5, 2]), ops.input("unused", [5, 100])];
    const { state } = ops.scan(
      { init: { s: ops.zerosLike(ops.sum(xs, 0)) }, xs: { a: xs, b: unused } },
      ({ s }, { a }) => ({
        state: { s: ops.add(s, a) },
      }),
    );
    const scan = graphOf({ y: state.s }, { xs }).nodes.find((n) => n.type === "Scan")!;
    expect(scan.ints.num_scan_inputs).toEqual([1]);
    expect(scan.inputs.length).toBe(2);
  });

  it("keeps its order, its directions and the types of its states", () => {
    const i = ops.input("i", [], "int64");
    const { outputs } = ops.scan({ init: { i, x }, xs: { v: ops.arange(4) }, reverse: true }, ({ i, x }, { v }) => ({
      state: { i: ops.add(i, 1), x: ops.add(x, v) },
      outputs: { i, even: ops.equal(i, 0) },
    }));
    const graph = graphOf({ i: outputs.i, even: outputs.even }, { i, x });
    const scan = graph.nodes.find((n) => n.type === "Scan")!;
    expect(scan.ints.scan_input_directions).toEqual([1]);
    expect(scan.ints.scan_output_directions).toEqual([1, 1]);
    const type: Record<DType, number> = { float32: 1, int64: 7, bool: 9, float64: 11 };
    const dtypes = (values: readonly { type: number }[]): number[] => values.map((v) => v.type);
    expect(dtypes(bodyOf(graph).inputs)).toEqual([type.int64, type.float32, type.float32]);
    expect(dtypes(bodyOf(graph).outputs)).toEqual([type.int64, type.float32, type.int64, type.bool]);
    expect(graph.outputs.map((o) => o.shape)).toEqual([[4], [4]]);
  });
});
