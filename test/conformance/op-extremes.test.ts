/** Operations where floating point is hardest: at the ends of the range, next to zero, at ties, at NaN. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { grad } from "../../src/autodiff/grad.js";
import type { Expr } from "../../src/ir/expr.js";
import * as ops from "../../src/ops/index.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import { evaluate } from "../../src/runtime/program.js";
import { cast, type FloatTensor, floats, type Shape, tensor } from "../../src/util/tensor.js";
import type { Width } from "../support/op-case.js";

const infinities = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);

/**
 * How far single precision may be off beside 1e-6 of the value. The engine's logistic is right to 1e-7 of 1 and not of
 * the value, below −18 it is 0; silu is x times that. gelu cancels on the left, like its formula.
 */
const functions = {
  softplus: { f: ops.softplus },
  logSigmoid: { f: ops.logSigmoid },
  sigmoid: { f: ops.sigmoid, absolute: () => 1e-7 },
  silu: { f: ops.silu, absolute: (x: number) => 1e-7 * Math.abs(x) },
  log1p: { f: ops.log1p },
  expm1: { f: ops.expm1 },
  erf: { f: ops.erf },
  gelu: { f: ops.gelu, absolute: (x: number) => 1e-7 * Math.abs(x) },
  tanh: { f: ops.tanh },
  sinh: { f: ops.sinh },
  cosh: { f: ops.cosh },
  atan: { f: ops.atan },
} satisfies Record<string, { f: (x: Expr) => Expr; absolute?: (x: number) => number }>;
type Name = keyof typeof functions;
const names = Object.keys(functions) as Name[];

const golden = JSON.parse(
  readFileSync(new URL("../golden/special.json", import.meta.url), "utf8"),
  (_, v) => infinities.get(v) ?? v,
) as Readonly<Record<Name, readonly (readonly [number, number])[]>> & {
  readonly logSumExp: readonly (readonly [readonly number[], number])[];
};

const widths = ["float32", "float64"] as const;
const constant = (x: readonly number[], width: Width, shape: Shape = [x.length]): Expr =>
  ops.constant(tensor(width === "float32" ? Float32Array.from(x) : Float64Array.from(x), shape));
const compute = async (y: Expr): Promise<number[]> => [...floats((await evaluate({ y })).y)];

/** Below the smallest normal number engines may round to zero. */
const TINY = { float32: 2 ** -126, float64: 2 ** -1022 };
/** Rounding of double precision relative to that of single: what cancels in one cancels in the other. */
const DOUBLE = 2 ** -29;

describe.each(widths)("in %s", (width) => {
  it.each(names)("%s has the golden values at all sizes", async (name) => {
    const { f, absolute = () => 0 }: { f: (x: Expr) => Expr; absolute?: (x: number) => number } = functions[name];
    const table = golden[name];
    const got = await compute(
      f(
        constant(
          table.map(([x]) => x),
          width,
        ),
      ),
    );
    const wrong = table.flatMap(([x, value], i) => {
      const expected = width === "float32" ? Math.fround(value) : value;
      const relative = (width === "float32" ? 1e-6 : 1e-12) * Math.abs(expected);
      const allowed = relative + absolute(x) * (width === "float32" ? 1 : DOUBLE) + TINY[width];
      const right = got[i] === expected || Math.abs(got[i]! - expected) <= allowed;
      return right ? [] : [`${name}(${x}) = ${got[i]}, expected ${expected}`];
    });
    expect(wrong).toEqual([]);
  });

  it("logSumExp of far rows is right, and so is the infinity of an empty sum", async () => {
    const table = golden.logSumExp;
    const got = await compute(
      ops.logSumExp(
        constant(
          table.flatMap(([row]) => row),
          width,
          [table.length, 3],
        ),
        1,
      ),
    );
    for (const [i, [, value]] of table.entries())
      expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual((width === "float32" ? 1e-6 : 1e-12) * Math.abs(value));
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const ends = constant([low, low, low, 0, low, low, high, 0, high], width, [3, 3]);
    expect(await compute(ops.logSumExp(ends, 1))).toEqual([low, 0, high]);
  });

  it("arctangent, log1p and their kind take infinities", async () => {
    const x = constant([Number.NEGATIVE_INFINITY, -3e38, 3e38, Number.POSITIVE_INFINITY], width);
    const quarter = width === "float32" ? Math.fround(Math.PI / 2) : Math.PI / 2;
    const atan = await compute(ops.atan(x));
    for (const [i, v] of atan.entries())
      expect(v).toBeCloseTo(i < 2 ? -quarter : quarter, width === "float32" ? 6 : 14);
    const ends = async (f: (x: Expr) => Expr): Promise<(number | undefined)[]> => {
      const y = await compute(f(x));
      return [y[0], y[3]];
    };
    const [low, high] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    expect(await ends(ops.softplus)).toEqual([0, high]);
    expect(await ends(ops.expm1)).toEqual([-1, high]);
    expect((await ends(ops.log1p))[1]).toBe(high);
    expect(await ends(ops.sinh)).toEqual([low, high]);
    expect(await ends(ops.cosh)).toEqual([high, high]);
    expect(await ends(ops.erf)).toEqual([-1, 1]);
    expect(await ends(ops.sigmoid)).toEqual([0, 1]);
  });

  it("a NaN stays a NaN", async () => {
    const x = constant([Number.NaN, 1], width);
    const unary = {
      ...ops,
      clip: (v: Expr) => ops.clip(v, -1, 1),
      maximum: (v: Expr) => ops.maximum(v, 0),
      minimum: (v: Expr) => ops.minimum(0, v),
    };
    const kinds = [
      ...names,
      "exp",
      "log",
      "sqrt",
      "abs",
      "sign",
      "floor",
      "sin",
      "tan",
      "clip",
      "maximum",
      "minimum",
    ] as const;
    const results = await evaluate(Object.fromEntries(kinds.map((k) => [k, unary[k](x)])));
    const lost = kinds.filter((k) => !Number.isNaN(floats(results[k]!)[0]) || Number.isNaN(floats(results[k]!)[1]));
    expect(lost).toEqual([]);
    const reductions = {
      sum: ops.sum(x),
      max: ops.max(x),
      min: ops.min(x),
      logSumExp: ops.logSumExp(x),
      softmax: ops.softmax(x),
    };
    const reduced = await evaluate(reductions);
    expect(Object.entries(reduced).filter(([, t]) => !Number.isNaN(floats(t)[0]))).toEqual([]);
  });

  it("first and second derivatives are finite where the values are", async () => {
    const points = [-800, -50, -1e-10, 0, 1e-10, 50, 800];
    const smooth = names.filter((n) => !["log1p", "expm1", "sinh", "cosh"].includes(n));
    const derivatives = Object.fromEntries(
      smooth.flatMap((name) => {
        const x = constant(points, width);
        const [first] = grad(ops.sum(functions[name].f(x)), [x]);
        const [second] = grad(ops.sum(first), [x]);
        return [
          [`${name}′`, first],
          [`${name}″`, second],
        ];
      }),
    );
    const got = await evaluate(derivatives as Record<string, Expr>);
    expect(Object.entries(got).filter(([, t]) => !floats(t).every(Number.isFinite))).toEqual([]);
  });
});

it("powers above one have the derivative 0 at 0, a second one where it is finite, and the same ones elsewhere", async () => {
  const points = [-1.5, -1, 0, 2];
  for (const width of ["float32", "float64"] as const)
    for (const p of [1.25, 2, 2.5, 3, 3.7, 4, 5, 7]) {
      const x = constant(points, width);
      const [first] = grad(ops.sum(ops.pow(ops.abs(x), p)), [x]);
      const [second] = grad(ops.sum(first), [x]);
      const found = await evaluate({ slope: first, bend: second });
      const expected = {
        slope: points.map((v) => p * Math.abs(v) ** (p - 1) * Math.sign(v)),
        bend: points.map((v) => p * (p - 1) * Math.abs(v) ** (p - 2)),
      };
      for (const what of ["slope", "bend"] as const) {
        const finite = [...expected[what].keys()].filter((i) => Number.isFinite(expected[what][i]!));
        const size = Math.max(...finite.map((i) => Math.abs(expected[what][i]!)));
        const worst = Math.max(...finite.map((i) => Math.abs(floats(found[what])[i]! - expected[what][i]!)));
        expect([what, p, worst < size * (width === "float32" ? 1e-6 : 1e-14)]).toEqual([what, p, true]);
      }
    }
});

describe("ties", () => {
  it("share the derivative of maximum, minimum, clip, max and min equally", async () => {
    const a = constant([1, 2, 3], "float64");
    const b = constant([1, 5, 0], "float64");
    const [ma, mb] = grad(ops.sum(ops.maximum(a, b)), [a, b]);
    const [na, nb] = grad(ops.sum(ops.minimum(a, b)), [a, b]);
    expect(await compute(ops.concat([ma, mb]))).toEqual([0.5, 0, 1, 0.5, 1, 0]);
    expect(await compute(ops.concat([na, nb]))).toEqual([0.5, 1, 0, 0.5, 0, 1]);
    expect(await compute(grad(ops.sum(ops.clip(a, 1, 2)), [a])[0])).toEqual([0.5, 0.5, 0]);
    const x = constant([2, 2, 1, 0, 0, 0], "float64", [2, 3]);
    expect(await compute(grad(ops.sum(ops.max(x, 1)), [x])[0])).toEqual([0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]);
    expect(await compute(grad(ops.min(x), [x])[0])).toEqual([0, 0, 0, 1 / 3, 1 / 3, 1 / 3]);
  });

  it("of an expression with itself give the whole derivative once", async () => {
    const a = constant([1, -2], "float64");
    expect(await compute(grad(ops.sum(ops.maximum(a, a)), [a])[0])).toEqual([1, 1]);
  });
});

it("nothing flows through stopGradient, comparisons, floor, sign and indices", async () => {
  const x = constant([0.5, -1.25], "float64");
  const order = ops.gather(x, ops.argmax(x, 0));
  const through = [ops.stopGradient(x), ops.floor(x), ops.sign(x), ops.cast(ops.less(x, 0), "float64")];
  const y = ops.addAll(through.map((t) => ops.sum(ops.mul(t, x))));
  expect(await compute(grad(y, [x])[0])).toEqual([0.5 + 0 + 1 + 0, -1.25 - 2 - 1 + 1]);
  expect(await compute(grad(order, [x])[0])).toEqual([1, 0]);
  const down = ops.cast(ops.mul(ops.cast(x, "float32"), 3), "float64");
  expect(await compute(grad(ops.sum(down), [x])[0])).toEqual([3, 3]);
});

/** Cross-correlation and its derivatives to second order; single precision runs the engine's kernels, double our products. */
it.each<[image: readonly number[], kernel: readonly number[], ops.Convolution]>([
  [[2, 3, 8, 7], [4, 3, 3, 2], { stride: 1, padding: 1 }],
  [[2, 3, 8, 7], [4, 3, 3, 2], { stride: 2, padding: 0 }],
  [[2, 3, 8, 7], [4, 3, 3, 2], { stride: 2, padding: 1 }],
  [[2, 3, 8, 7], [4, 3, 3, 2], { stride: 3, padding: 2 }],
  [[3, 5, 6, 9], [2, 5, 3, 3], { stride: 1, padding: 1 }],
  [[3, 2, 6, 9], [5, 2, 3, 3], { stride: 1, padding: 1 }],
  [[3, 2, 6, 9], [5, 2, 3, 3], { stride: 1, padding: 0 }],
  [[2, 4, 5, 6], [3, 4, 5, 5], { stride: 1, padding: 2 }],
  [[2, 4, 5, 6], [3, 4, 3, 3], { stride: 1, padding: 2 }],
  [[2, 4, 5, 6], [3, 4, 3, 3], { stride: 1, padding: 3 }],
  [[2, 4, 5, 5], [3, 4, 5, 5], { stride: 1, padding: 0 }],
  [[4, 6, 5, 3], [2, 6, 1, 1], { stride: 1, padding: 0 }],
  [[4, 2, 5, 3], [6, 2, 1, 1], { stride: 1, padding: 1 }],
  [[4, 2, 7, 8], [3, 2, 1, 1], { stride: 3, padding: 0 }],
  [[1, 2, 9, 8], [3, 2, 5, 3], { stride: 4, padding: 1 }],
])(
  "conv2d and its gradients agree between the widths: images %o, kernels %o, %o",
  async (image, kernel, convolution) => {
    const key = makeKey(3);
    const drawn = [image, kernel, image, kernel].map((shape, i) => normal(fold(key, i), shape, "float64"));
    const results = await Promise.all(
      widths.map((width) => {
        const [x, w, u, v] = drawn.map((t) => ops.constant(cast(t, width))) as [Expr, Expr, Expr, Expr];
        const y = ops.conv2d(x, w, convolution);
        const [dx, dw] = grad(ops.sum(ops.mul(y, ops.sin(y))), [x, w]);
        const [dxx, dxw] = grad(ops.sum(ops.mul(dx, u)), [x, w]);
        const [dwx, dww] = grad(ops.sum(ops.mul(dw, v)), [x, w]);
        return evaluate({ y, dx, dw, dxx, dxw, dwx, dww });
      }),
    );
    const [single, double] = results as [Record<string, FloatTensor>, Record<string, FloatTensor>];
    for (const [name, { data, shape }] of Object.entries(double)) {
      expect(single[name]!.shape).toEqual(shape);
      const size = Math.max(...data.map(Math.abs));
      expect(Math.max(...data.map((v, i) => Math.abs(v - single[name]!.data[i]!)))).toBeLessThan(1e-5 * size);
    }
  },
);
