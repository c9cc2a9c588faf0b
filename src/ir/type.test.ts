import { expect, it } from "vitest";
import { ShapeError } from "../util/errors.js";
import { broadcastShapes, broadcastsTo, normalizeAxes, sameDType, spreadAxes } from "./type.js";

it("broadcasts shapes as NumPy does", () => {
  // numpy.broadcast_shapes
  expect(broadcastShapes("op", [[2, 3], [3]])).toEqual([2, 3]);
  expect(broadcastShapes("op", [[2, 1, 3], [4, 1], []])).toEqual([2, 4, 3]);
  expect(broadcastShapes("op", [[1], [1, 1]])).toEqual([1, 1]);
  expect(broadcastShapes("op", [])).toEqual([]);
  expect(() => broadcastShapes("op", [[2, 3], [2]])).toThrow(ShapeError);
  expect(() => broadcastShapes("op", [[2, 3], [2]])).toThrow("op: shapes (2, 3) and (2) do not broadcast: axis -1");
});

it("knows which axes a tensor was repeated along", () => {
  expect(broadcastsTo([3, 1], [2, 3, 4])).toBe(true);
  expect(broadcastsTo([2, 3], [3])).toBe(false);
  expect(broadcastsTo([2], [3])).toBe(false);
  expect(spreadAxes([3, 1], [2, 3, 4])).toEqual([0, 2]);
  expect(spreadAxes([1, 3], [1, 3])).toEqual([]);
  expect(spreadAxes([], [2, 1])).toEqual([0, 1]);
});

it("counts axes from either end, in order, each once", () => {
  expect(normalizeAxes("op", [-1, 0], 3)).toEqual([0, 2]);
  expect(normalizeAxes("op", -2, 3)).toEqual([1]);
  expect(() => normalizeAxes("op", [1, -2], 3)).toThrow("op: axes 1, 1 name an axis twice");
  expect(() => normalizeAxes("op", 3, 3)).toThrow("op: axis 3 is out of range for an operand with 3 axes");
});

it("asks for one dtype", () => {
  const [a, b] = [
    { shape: [2], dtype: "float32" },
    { shape: [], dtype: "float64" },
  ] as const;
  expect(sameDType("op", [a, a])).toBe("float32");
  expect(() => sameDType("op", [a, b])).toThrow("op: operands are float32 (2) and float64 ()");
  expect(() => sameDType("op", [])).toThrow("op: no operands");
});
