import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { emptyLayout, layoutOf } from "../nn/layout.js";
import { add, mul } from "../ops/arithmetic.js";
import { full } from "../ops/indexing.js";
import { constant, input } from "../ops/leaf.js";
import { reshape, transpose } from "../ops/shape.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { mean as average } from "../util/moments.js";
import { type FloatTensor, type Shape, tensor } from "../util/tensor.js";
import type { Bijector } from "./bijector.js";
import { chain, startChain } from "./chain.js";
import { makeFlow } from "./flow.js";
import { gaussianBase } from "./gaussian-base.js";

const none = { layout: emptyLayout, init: () => new Float32Array(0) };
const still = (n: number) => full([n], 0);

/** `y = a x + c` with a fixed a, where c is the mean of the data as it starts. */
const stretch = (a: number, size: number): Bijector => ({
  layout: layoutOf({ c: [1] }),
  init: (_, data) => Float32Array.of(data ? average(data.data) : 0),
  pullBack: ({ data, shape }: FloatTensor, [c]) =>
    tensor(
      data.map((v) => (v - c!) / a),
      shape,
    ),
  forward: (x, c) => ({ y: add(mul(a, x), c), logDet: full([x.shape[0]!], size * Math.log(a)) }),
  inverse: (y, c) => ({ x: mul(1 / a, add(y, mul(-1, c))), logDet: full([y.shape[0]!], -size * Math.log(a)) }),
});

/** Rows and columns of a matrix exchanged, from a vector. */
const turn = (rows: number, columns: number): Bijector => ({
  ...none,
  takes: [rows * columns],
  gives: [columns, rows],
  forward: (x) => ({ y: transpose(reshape(x, [x.shape[0]!, rows, columns]), [0, 2, 1]), logDet: still(x.shape[0]!) }),
  inverse: (y) => ({ x: reshape(transpose(y, [0, 2, 1]), [y.shape[0]!, rows * columns]), logDet: still(y.shape[0]!) }),
});

describe("a chain", () => {
  it("goes through its bijectors in order, and back through them in reverse", async () => {
    const both = chain([turn(2, 3), stretch(2, 6), stretch(3, 6)]);
    expect([both.takes, both.gives]).toEqual([[6], [3, 2]]);
    const params = constant(tensor(Float32Array.of(1, -5)));
    const { y, logDet } = both.forward(constant(tensor(Float32Array.of(1, 2, 3, 4, 5, 6), [1, 6])), params);
    const back = both.inverse(y, params);
    const found = await evaluate({ y, logDet, x: back.x, backLogDet: back.logDet });
    expect(found.y.shape).toEqual([1, 3, 2]);
    expect(numbers(found.y)).toEqual([1, 4, 2, 5, 3, 6].map((v) => 3 * (2 * v + 1) - 5));
    for (const [i, v] of numbers(found.x).entries()) expect(v).toBeCloseTo(i + 1, 5);
    expect(numbers(found.logDet)[0]).toBeCloseTo(6 * Math.log(6), 5);
    expect(numbers(found.backLogDet)[0]).toBeCloseTo(-6 * Math.log(6), 5);
  });

  it("starts the last one from the data, and those before it from where that takes them", () => {
    const data = tensor(Float32Array.of(1, 3, 5, 7), [4, 1]);
    const parts = [stretch(2, 1), stretch(4, 1)];
    const started = startChain(parts, (i) => fold(makeKey(0), i), data, true);
    expect(started.params.map((p) => [...p])).toEqual([[0], [4]]);
    expect([...started.data!.data]).toEqual([-0.375, -0.125, 0.125, 0.375]);
    const one = chain(parts);
    expect([...one.init(makeKey(0), data)]).toEqual([0, 4]);
    expect([...one.pullBack!(data, one.init(makeKey(0), data)).data]).toEqual([...started.data!.data]);
    // Many rows are too many: those that inform are spread over all of them.
    const many = tensor(
      Float32Array.from({ length: 10_240 }, (_, i) => i),
      [10_240, 1],
    );
    expect(startChain(parts, () => makeKey(0), many, true).data!.shape).toEqual([1024, 1]);
    expect(startChain(parts, () => makeKey(0), many, true).params[1]![0]).toBeCloseTo(5115, 0);
  });

  it("passes data on as they are where all of it starts as the identity", () => {
    const data = normal(makeKey(1), [10_000, 2]);
    expect(
      startChain(
        [{ ...none, forward: (x) => ({ y: x, logDet: x }), inverse: (y) => ({ x: y, logDet: y }) }],
        () => makeKey(0),
        data,
        true,
      ).data,
    ).toBe(data);
  });
});

describe("a flow", () => {
  const flow = makeFlow([3, 2], gaussianBase(6), [turn(2, 3), stretch(2, 6)]);
  const params = constant(tensor(Float32Array.of(0.5)));

  it("has points of any shape on a base of vectors", async () => {
    const noise = constant(normal(makeKey(5), [4, 6]));
    const { x, logProb } = flow.sample({ z: noise }, params);
    const { x: z } = flow.inverse(x, params);
    const found = await evaluate({ x, z, logProb, again: flow.logProb(x, params), there: flow.forward(z, params).y });
    expect([flow.event, found.x.shape, found.z.shape]).toEqual([
      [3, 2],
      [4, 3, 2],
      [4, 3, 2],
    ]);
    for (const [i, v] of numbers(found.z).entries()) expect(v).toBeCloseTo(normal(makeKey(5), [24]).data[i]!, 5);
    for (const [i, v] of numbers(found.logProb).entries()) expect(v).toBeCloseTo(numbers(found.again)[i]!, 4);
    for (const [i, v] of numbers(found.there).entries()) expect(v).toBeCloseTo(numbers(found.x)[i]!, 5);
  });

  it("refuses points and parameters of another shape, and bijectors that do not fit together", () => {
    const p = input("p", [1]);
    for (const shape of [
      [4, 6],
      [4, 2, 3],
      [3, 2],
    ])
      for (const call of [flow.forward, flow.inverse, flow.logProb, flow])
        expect(() => call(input("x", shape), p)).toThrow(ShapeError);
    expect(() => flow.logProb(input("x", [4, 3, 2]), input("p", [2]))).toThrow(ShapeError);
    const make =
      (event: Shape, ...parts: Bijector[]) =>
      () =>
        makeFlow(event, gaussianBase(6), parts);
    expect(make([3, 2], turn(2, 3), turn(2, 3))).toThrow("bijector 1 takes points (6), and is given (3, 2)");
    expect(make([2, 3], turn(2, 3))).toThrow("bijectors of (6) give (3, 2), expected (2, 3)");
    expect(make([3, 2], { ...turn(2, 3), gives: [2, 2] })).toThrow("sizes differ");
  });
});
