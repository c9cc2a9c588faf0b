import { describe, expect, it } from "vitest";
import { gradientErrors } from "../../../test/support/gradients.js";
import { worstDifference } from "../../../test/support/tensors.js";
import { topologicalOrder } from "../../ir/order.js";
import { add, mul } from "../../ops/arithmetic.js";
import { constant, input } from "../../ops/leaf.js";
import { matmul } from "../../ops/linalg.js";
import { transpose } from "../../ops/shape.js";
import { normal } from "../../random/draw.js";
import { makeKey } from "../../random/key.js";
import { evaluate } from "../../runtime/program.js";
import { cast, tensor } from "../../util/tensor.js";
import { eye, unitTriangularInverse } from "./triangular-inverse.js";

/** Ones on the diagonal, below it numbers that are uniform on (−1, 1), as those of elimination with pivots are. */
function lower(n: number) {
  const data = normal(makeKey(n), [n * n], "float64").data.map((v, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return i === j ? 1 : j < i ? Math.tanh(v) : 0;
  });
  return tensor(Float64Array.from(data), [n, n]);
}

describe("the inverse of a triangular matrix", () => {
  it.each([1, 2, 3, 5, 12, 48])("times the matrix is the identity, of size %d", async (n) => {
    const a = constant(lower(n));
    const single = constant(cast(lower(n), "float32"));
    const found = await evaluate({
      one: matmul(a, unitTriangularInverse(a)),
      turned: matmul(transpose(a, [1, 0]), unitTriangularInverse(transpose(a, [1, 0]))),
      single: unitTriangularInverse(single),
      double: unitTriangularInverse(a),
      eye: eye(n, a),
    });
    expect(worstDifference(found.one, found.eye)).toBeLessThan(1e-10);
    expect(worstDifference(found.turned, found.eye)).toBeLessThan(1e-10);
    expect(worstDifference(cast(found.single as never, "float64"), found.double)).toBeLessThan(1e-4);
  });

  it("has its first two derivatives", async () => {
    const build = (a: Parameters<typeof unitTriangularInverse>[0]) => unitTriangularInverse(a);
    // Below the diagonal alone is it an inverse: the derivative is taken along matrices of that kind.
    const below = (n: number) =>
      tensor(lower(n).data.map((v, at) => (at % (n + 1) === 0 ? 0 : v)) as Float64Array, [n, n]);
    const mask = tensor(Float64Array.of(0, 0, 0, 1, 0, 0, 1, 1, 0), [3, 3]);
    const problem = {
      name: "inverse",
      at: [below(3)],
      build: (a: Parameters<typeof build>[0]) => build(add(mul(a, constant(mask)), eye(3, a))),
      order: 2 as const,
    };
    expect(await gradientErrors([problem])).toEqual([]);
  });

  it("takes a few products, by the logarithm of its size", () => {
    const size = (n: number): number => topologicalOrder([unitTriangularInverse(input("a", [n, n]))]).length;
    expect(size(256) - size(16)).toBeLessThan(20);
  });
});
