import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { layoutOf } from "../nn/layout.js";
import { mul, square } from "../ops/arithmetic.js";
import { constant, input } from "../ops/leaf.js";
import { slice, sum } from "../ops/shape.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { ShapeError } from "../util/errors.js";
import { tensor } from "../util/tensor.js";
import { makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";

describe("makeEnergy", () => {
  it("hands over points and parameters, and starts at zeros unless said", async () => {
    const energy = makeEnergy({
      event: [2],
      layout: layoutOf({ scale: [1] }),
      energy: (x, params) => mul(slice(params, 0, 0, 1), sum(square(x), 1)),
    });
    const x = constant(tensor(Float64Array.of(1, 2, 3, 4), [2, 2]));
    const { e } = await evaluate({ e: energy(x, constant(tensor(Float64Array.of(10)))) });
    expect(numbers(e)).toEqual([50, 250]);
    expect(energy.init(makeKey(0))).toEqual(Float32Array.of(0));
    expect(energy.exact).toBeUndefined();
  });

  it("refuses an energy that is not one number a point", () => {
    const energy = makeEnergy({ event: [2], energy: (x) => x });
    expect(() => energy(input("x", [3, 2]))).toThrow(ShapeError);
    expect(() => energy(input("x", [3, 2]))).toThrow("energy: returned (3, 2), expected one number a point, (3)");
  });

  it("takes points of any shape, numbers too", async () => {
    const x = [0.3, -1, 2, 0.5, 0, 1.5];
    const expected = x.map((v) => v * v * 0.5 + 0.5 * Math.log(2 * Math.PI));
    const of = async (event: readonly number[], n: number) => {
      const at = constant(tensor(Float64Array.from(x), [n, ...event]));
      return numbers((await evaluate({ e: gaussianEnergy(event, 0, 1)(at) })).e);
    };
    const total = expected.reduce((a, b) => a + b, 0);
    for (const [i, v] of (await of([], 6)).entries()) expect(v).toBeCloseTo(expected[i]!, 13);
    expect((await of([2, 3], 1))[0]).toBeCloseTo(total, 12);
  });
});
