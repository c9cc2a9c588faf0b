import { expect, it } from "vitest";
import { searchStepSizes } from "./step-search.js";

const TARGET = 0.8;
/** Steps of chains that are accepted up to a largest size, each its own. */
const upTo =
  (...largest: number[]) =>
  async (logs: Float64Array): Promise<Float64Array> =>
    logs.map((v, c) => (Math.exp(v) <= largest[c]! ? 0.9 : 0.1));

it("finds for each chain the largest size by doublings that is accepted, from above and from below", async () => {
  const start = Float64Array.of(0.1, 0.1, 0.1);
  const found = await searchStepSizes(start, TARGET, upTo(1, 1e-3, 0.15));
  [0.8, 0.1 / 128, 0.1].map((v, c) => expect(found[c]).toBeCloseTo(v, 12));
});

it("asks no more once every chain has found its size", async () => {
  let asked = 0;
  const trial = upTo(0.3);
  await searchStepSizes(Float64Array.of(0.1), TARGET, async (logs) => {
    asked++;
    return trial(logs);
  });
  expect(asked).toBe(3);
});

it("takes what is no number for too long, and keeps the size where there is no end", async () => {
  const trial = async (logs: Float64Array) =>
    logs.map((v, c) => [Math.exp(v) < 0.02 ? 1 : Number.NaN, 1, Number.NaN][c]!);
  const found = await searchStepSizes(Float64Array.of(0.1, 0.1, 0.1), TARGET, trial);
  expect(found[0]).toBeCloseTo(0.1 / 8, 12);
  expect(Array.from(found.subarray(1))).toEqual([0.1, 0.1]);
});
