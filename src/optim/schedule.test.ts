import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { learningRate, type RateOptions } from "./schedule.js";

/** Rates at update numbers, by step. */
async function rates(options: Partial<RateOptions>, steps: number, at: readonly number[]): Promise<number[]> {
  const full: RateOptions = { learningRate: 2, schedule: "constant", warmup: 0, ...options };
  const outputs = Object.fromEntries(
    at.map((t) => [`${t}`, learningRate(full, constant(tensor(Float32Array.of(t), [])), steps)]),
  );
  const results = await evaluate(outputs);
  return at.map((t) => numbers(results[`${t}`]!)[0]!);
}

const near = (values: readonly number[]) => values.map((v) => expect.closeTo(v, 6));

describe("learningRate", () => {
  it("is constant unless told otherwise, also without an end", async () => {
    expect(await rates({}, 100, [0, 50, 99, 1000])).toEqual([2, 2, 2, 2]);
    expect(await rates({}, Number.POSITIVE_INFINITY, [0, 1e6])).toEqual([2, 2]);
  });

  it("steps to 0.3 at half of the run, exactly, and to 0.1 at four fifths", async () => {
    expect(await rates({ schedule: "step" }, 100, [0, 49, 50, 79, 80, 99])).toEqual(near([2, 2, 0.6, 0.6, 0.2, 0.2]));
    expect(await rates({ schedule: "step" }, 7, [3, 4, 5, 6])).toEqual(near([2, 0.6, 0.6, 0.2]));
    for (const steps of [10, 50, 1000, 12345 * 5])
      expect(await rates({ schedule: "step" }, steps, [(4 * steps) / 5 - 1, (4 * steps) / 5])).toEqual(
        near([0.6, 0.2]),
      );
  });

  it("falls along half a cosine to 0, and stays there", async () => {
    const cosine = { schedule: "cosine" } as const;
    const expected = [0, 25, 50, 75].map((t) => 1 + Math.cos((Math.PI * t) / 100));
    expect(await rates(cosine, 100, [0, 25, 50, 75])).toEqual(near(expected));
    expect(await rates(cosine, 100, [100, 101, 500])).toEqual(near([0, 0, 0]));
  });

  it("falls by a factor every so many updates, whatever the length of the run", async () => {
    const schedule = { schedule: "exponential", decay: 0.99, decayEvery: 50 } as const;
    const expected = [2, 2, 2 * 0.99, 2 * 0.99 ** 2, 2 * 0.99 ** 546];
    for (const steps of [100, Number.POSITIVE_INFINITY])
      expect(await rates(schedule, steps, [0, 49, 50, 149, 27_300])).toEqual(near(expected));
    expect(await rates({ ...schedule, decay: 1 }, 10, [999])).toEqual([2]);
  });

  it("rises linearly over the warm-up, from 1/n of its height to all of it, on any schedule", async () => {
    expect(await rates({ warmup: 4 }, 100, [0, 1, 2, 3, 4, 50])).toEqual(near([0.5, 1, 1.5, 2, 2, 2]));
    expect(await rates({ warmup: 10, schedule: "step" }, 10, [4, 5])).toEqual(near([1, 0.36]));
    expect(await rates({ warmup: 1 }, 100, [0])).toEqual([2]);
  });

  it("does not fall without an end to fall to", async () => {
    for (const schedule of ["step", "cosine"] as const)
      expect(await rates({ schedule }, Number.POSITIVE_INFINITY, [0, 1e6])).toEqual([2, 2]);
  });
});
