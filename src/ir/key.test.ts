import { describe, expect, it } from "vitest";
import * as ops from "../ops/index.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { apply1, type Expr, type Op, one } from "./expr.js";
import { parameterKey } from "./key.js";

/** An operation as a user declares it; parameters are anything. */
const own = (name: string, onnx: string): Op<unknown, readonly [Expr]> => ({
  name,
  infer: ([x]) => one(x.shape, x.dtype),
  lower: (to, [x]) => [to.node(onnx, [x!])],
});
const at = ops.constant(tensor(Float64Array.of(0.25, 4), [2]));

describe("operations are told apart by what they are, not by their names", () => {
  it("two of one name give each its own value, in one program and in a loop's body", async () => {
    const [root, inverse] = [own("mine", "Sqrt"), own("mine", "Reciprocal")];
    const run = (op: Op<unknown, readonly [Expr]>): Expr =>
      ops.scan({ init: { x: at }, length: 1 }, ({ x }) => ({ state: { x: apply1(op, [x], null) } })).state.x;
    const { a, b, c, d } = await evaluate({
      a: apply1(root, [at], null),
      b: apply1(inverse, [at], null),
      c: run(root),
      d: run(inverse),
    });
    expect([a, b, c, d].map(({ data }) => [...data])).toEqual([
      [0.5, 2],
      [4, 0.25],
      [0.5, 2],
      [4, 0.25],
    ]);
  });

  // Of each library operation that some rule looks for: a namesake must not be taken for it.
  it("one named like the library's is not the library's", async () => {
    const x = ops.input("x", [4, 2]);
    const namesake = (name: string, params: unknown = null): Expr => apply1(own(name, "Abs"), [x], params);
    expect(ops.neg(namesake("neg"))).not.toBe(x);
    expect(ops.transpose(namesake("transpose", [1, 0]))).not.toBe(x);
    const flat = namesake("reshape", [4, 2]);
    expect(ops.reshape(flat, [8]).node.inputs).toEqual([flat]);
    ops.neg(at);
    const { y } = await evaluate({ y: apply1(own("neg", "Sqrt"), [at], null) });
    expect([...y.data]).toEqual([0.5, 2]);
  });

  it("the same one on the same operands is one node", () => {
    const op = own("mine", "Sqrt");
    expect(apply1(op, [at], { a: [1, { b: "x" }] })).toBe(apply1(op, [at], { a: [1, { b: "x" }] }));
  });
});

describe("parameters are told apart", () => {
  const shared = new Float32Array(2);
  const different: unknown[] = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    0,
    -0,
    0n,
    1,
    "1",
    "NaN",
    "-0",
    1n,
    true,
    null,
    undefined,
    [],
    {},
    [null],
    [undefined],
    [1, 2],
    [[1], 2],
    [1, [2]],
    ["1,2"],
    { a: 1, b: 2 },
    { a: "1,b:2" },
    { a: undefined },
    { a: null },
    { a: -0 },
    { a: 0 },
    { "a:1": 1 },
    shared,
    new Float32Array(2),
    new Map([[1, 2]]),
    new Map([[1, 3]]),
    () => 1,
    () => 2,
  ];

  it("by their keys, no two of which are equal", () => {
    const keys = different.map(parameterKey);
    expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([]);
    expect(parameterKey({ a: [shared, Number.NaN] })).toBe(parameterKey({ a: [shared, Number.NaN] }));
  });

  it("so that their nodes are others", () => {
    const op = own("scaled", "Abs");
    expect(new Set(different.map((params) => apply1(op, [at], params))).size).toBe(different.length);
  });
});
