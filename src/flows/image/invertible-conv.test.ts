import { describe, expect, it } from "vitest";
import { determinant } from "../../../test/support/determinant.js";
import { numbers, worstDifference } from "../../../test/support/tensors.js";
import { constant } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { cast, type FloatTensor, tensor } from "../../util/tensor.js";
import { invertibleConv, matrixOf } from "./invertible-conv.js";

const key = makeKey(63);
const [h, w] = [2, 3];

/** What is learned moved by so much, what is given left as it is. */
function moved(c: number, by: number): Float32Array {
  const start = invertibleConv([c, h, w]).init(fold(key, c));
  const noise = normal(fold(key, "moved"), [start.length]).data;
  return start.map((v, i) => (i < c * c + c ? v : v + by * noise[i]!));
}

const doubles = (values: Float32Array): FloatTensor => tensor(Float64Array.from(values));

describe("an invertible 1×1 convolution", () => {
  it.each([1, 2, 5, 12])("multiplies channels by a matrix whose determinant it knows, of %d channels", async (c) => {
    const map = invertibleConv([c, h, w]);
    for (const by of [0, 0.3]) {
      const params = moved(c, by);
      const y = normal(fold(key, "y"), [4, c, h, w], "float64");
      const { x, logDet } = map.inverse(constant(y), constant(doubles(params)));
      const there = map.forward(x, constant(doubles(params)));
      const found = await evaluate({ x, logDet, y: there.y, back: there.logDet });
      const matrix = matrixOf(params, c);
      const log = h * w * Math.log(Math.abs(determinant(matrix, c)));
      for (const [i, v] of numbers(found.logDet).entries()) {
        expect(v).toBeCloseTo(log, 10);
        expect(numbers(found.back)[i]).toBeCloseTo(-log, 10);
      }
      // Where it starts, the matrix is a rotation in single precision.
      if (by === 0) expect(Math.abs(log)).toBeLessThan(1e-5);
      const own = numbers(y).map((_, at) => {
        const [i, pixel, row] = [Math.floor(at / (h * w)) % c, at % (h * w), Math.floor(at / (c * h * w))];
        let s = 0;
        for (let j = 0; j < c; j++) s += matrix[i * c + j]! * y.data[row * c * h * w + j * h * w + pixel]!;
        return s;
      });
      expect(worstDifference(found.x, tensor(Float64Array.from(own), y.shape))).toBeLessThan(1e-12);
      expect(worstDifference(found.y, y)).toBeLessThan(1e-10);
      const pulled = map.pullBack!(y, params);
      expect(worstDifference(cast(pulled, "float64"), found.x)).toBeLessThan(1e-5);
    }
  });

  it("comes back in single precision, also with many channels", async () => {
    const c = 48;
    const map = invertibleConv([c, h, w]);
    const params = constant(tensor(moved(c, 0.02)));
    const y = normal(fold(key, "y"), [4, c, h, w]);
    const found = await evaluate({ y: map.forward(map.inverse(constant(y), params).x, params).y });
    expect(worstDifference(found.y, y)).toBeLessThan(1e-4);
  });

  it("keeps its permutation and its signs", () => {
    const { leaves } = invertibleConv([4, h, w]).layout;
    expect(leaves.filter(({ frozen }) => frozen).map(({ name }) => name)).toEqual(["given.permutation", "given.signs"]);
  });
});
