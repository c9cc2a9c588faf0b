import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { addAll, square } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { evaluate } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { sizeOf, tensor } from "../util/tensor.js";
import {
  emptyLayout,
  freeze,
  joinLayouts,
  layoutOf,
  packVectors,
  splitVector,
  trainableMask,
  unpack,
} from "./layout.js";

const first = layoutOf({ weight: [2, 3], bias: [3], gain: [] });
const second = layoutOf({ weight: [4], deep: [2, 1, 2] });
const counting = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

describe("layoutOf", () => {
  it("lays tensors one after the other", () => {
    expect(first.size).toBe(10);
    expect(first.leaves).toEqual([
      { name: "weight", shape: [2, 3], offset: 0 },
      { name: "bias", shape: [3], offset: 6 },
      { name: "gain", shape: [], offset: 9 },
    ]);
    expect(layoutOf({})).toEqual(emptyLayout);
  });
});

describe("unpack", () => {
  it("gives back by name what packVectors laid in order", async () => {
    const parts = [counting(6), [70, 71, 72], [9]];
    const flat = packVectors(parts);
    const leaves = await evaluate(unpack(first, constant(tensor(flat))));
    expect(Object.entries(leaves).map(([name, t]) => [name, t.shape, numbers(t)])).toEqual([
      ["weight", [2, 3], [0, 1, 2, 3, 4, 5]],
      ["bias", [3], [70, 71, 72]],
      ["gain", [], [9]],
    ]);
    expect(packVectors(Object.values(leaves).map(numbers))).toEqual(flat);
  });

  it("refuses a vector of another length", () => {
    for (const shape of [[9], [11], [], [1, 10]]) expect(() => unpack(first, input("p", shape))).toThrow(ShapeError);
    expect(() => unpack(first, input("p", [9]))).toThrow("a vector of (9) does not fill a layout of 10 parameters");
  });
});

describe("joinLayouts and splitVector", () => {
  const joined = joinLayouts({ a: first, none: emptyLayout, b: second });

  it("name leaves after their part and shift them behind the parts before", () => {
    expect(joined.size).toBe(18);
    expect(joined.leaves.map(({ name, offset }) => [name, offset])).toEqual([
      ["a.weight", 0],
      ["a.bias", 6],
      ["a.gain", 9],
      ["b.weight", 10],
      ["b.deep", 14],
    ]);
  });

  it("agree: a leaf of the whole is that leaf of its part", async () => {
    const flat = constant(tensor(counting(18)));
    const [a, none, b] = splitVector(flat, [first, emptyLayout, second]);
    expect(none).toBeDefined();
    const whole = await evaluate(unpack(joined, flat));
    const parts = await evaluate({ ...prefixed("a", unpack(first, a!)), ...prefixed("b", unpack(second, b!)) });
    expect(parts).toEqual(whole);
    for (const { name, shape, offset } of joined.leaves)
      expect(numbers(whole[name]!)).toEqual(Array.from({ length: sizeOf(shape) }, (_, i) => offset + i));
  });

  it("refuse a vector of another length, longer ones too", () => {
    for (const size of [17, 19]) expect(() => splitVector(input("p", [size]), [first, second])).toThrow(ShapeError);
  });

  const prefixed = <T>(part: string, record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [`${part}.${name}`, value]));
});

describe("freeze", () => {
  const mixed = joinLayouts({ given: freeze(first), learned: second });

  it("masks exactly the frozen parameters", () => {
    expect(trainableMask(mixed)).toEqual(Float32Array.from({ length: 18 }, (_, i) => (i < 10 ? 0 : 1)));
    expect(trainableMask(second)).toBeNull();
    expect(trainableMask(freeze(second))).toEqual(new Float32Array(8));
    expect(first.leaves.some((leaf) => leaf.frozen)).toBe(false);
  });

  it("lets no derivative through to them, and every one to the others", async () => {
    const flat = constant(tensor(counting(18)));
    const leaves = Object.values(unpack(mixed, flat));
    const value = addAll(leaves.map((leaf) => sum(square(leaf))));
    const { gradient } = await evaluate({ gradient: grad(value, [flat])[0] });
    expect(numbers(gradient)).toEqual(Array.from({ length: 18 }, (_, i) => (i < 10 ? 0 : 2 * i)));
  });
});
