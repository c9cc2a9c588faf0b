import { describe, expect, it } from "vitest";
import { InputError, ShapeError } from "../../util/errors.js";
import { isConstant } from "../../util/moments.js";
import { tensor } from "../../util/tensor.js";
import { chainsOf, copyChains, splitChains } from "./chains.js";

describe("chains", () => {
  it("picks a coordinate of the event", () => {
    const draws = tensor(
      Float64Array.from({ length: 12 }, (_, i) => i),
      [2, 3, 2],
    );
    expect(chainsOf(draws, 1)).toEqual({ shape: [2, 3], data: Float64Array.of(1, 3, 5, 7, 9, 11) });
    expect([...(chainsOf(tensor(Float32Array.of(1, 2), [1, 2])).data as Float64Array)]).toEqual([1, 2]);
    expect(() => chainsOf(draws, 2)).toThrow(InputError);
    expect(() => chainsOf(draws, 0.5)).toThrow(/coordinate 0.5/);
    expect(() => chainsOf(tensor(Float64Array.of(1)), 0)).toThrow(ShapeError);
  });

  it("splits into halves without the odd middle draw", () => {
    const { shape, data } = splitChains({ shape: [2, 5], data: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] });
    expect(shape).toEqual([4, 2]);
    expect([...data]).toEqual([1, 2, 4, 5, 6, 7, 9, 10]);
  });

  it("refuses data that do not fill the shape", () => {
    expect(() => copyChains({ shape: [2, 2], data: [1, 2, 3] })).toThrow(ShapeError);
  });

  it("tells a constant from small numbers", () => {
    expect(isConstant([1e-30, 2e-30])).toBe(false);
    expect(isConstant([0, 0])).toBe(true);
    expect(isConstant([1e9, 1e9 + 1e-7])).toBe(true);
  });
});
