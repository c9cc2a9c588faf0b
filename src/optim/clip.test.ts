import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { clipByNorm } from "./clip.js";

const clipped = async (...g: number[]): Promise<number[]> => {
  const gradient = constant(tensor(Float32Array.from(g)));
  const { update, state } = clipByNorm(5).update(gradient, {}, gradient);
  expect(state).toEqual({});
  return numbers((await evaluate({ update })).update);
};

it("shortens what is longer than the limit, keeping its direction, and leaves the rest alone", async () => {
  expect(await clipped(3, -4)).toEqual([3, -4]);
  expect(await clipped(0.1, 0.2)).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  expect(await clipped(6, -8)).toEqual([expect.closeTo(3, 6), expect.closeTo(-4, 6)]);
  expect(await clipped(0, 3e15)).toEqual([0, expect.closeTo(5, 5)]);
});

it("gives no NaN for a gradient of zero, and hides none", async () => {
  expect(await clipped(0, 0)).toEqual([0, 0]);
  expect((await clipped(Number.NaN, 1)).some(Number.isNaN)).toBe(true);
  expect((await clipped(Number.POSITIVE_INFINITY, 1)).some(Number.isNaN)).toBe(true);
});
