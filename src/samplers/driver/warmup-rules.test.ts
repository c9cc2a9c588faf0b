/** What a warm-up does about steps that fail and, where that is asked for, about chains that stand. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { exp, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { minimum } from "../../ops/extrema.js";
import { cast } from "../../ops/leaf.js";
import { less } from "../../ops/logic.js";
import { broadcastTo, reshape, sum } from "../../ops/shape.js";
import { makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { nuts } from "../kernels/nuts.js";
import { sampler } from "../sampler.js";
import { sample } from "./sample.js";

const key = makeKey(21);
const normal = makeEnergy({ event: [1], energy: (x: Expr) => mul(0.5, sum(square(x), 1)) });

/** Draws afresh, accepts `e^{−ε}` and fails above a step size: what it is tuned to is known. */
const failingAbove = (longest: number) =>
  sampler({
    name: "failing",
    about: "Fails at long steps.",
    exact: true,
    tuning: { option: "stepSize", info: "acceptance", target: 0.8, failure: "failed" },
    metric: "diagonal",
    options: z.object({ stepSize: z.number().default(0.1) }),
    noise: ({ event, chains }) => ({ xi: { law: "normal", shape: [chains, ...event] } }),
    kernel: ({ chains }, { stepSize }) => ({
      init: (x) => ({ x }),
      step(_, { xi }) {
        const size = typeof stepSize === "number" ? mul(stepSize, sum(xi!, 1)) : reshape(stepSize, [chains]);
        const failed = broadcastTo(cast(less(longest, size), xi!.dtype), [chains]);
        return { state: { x: xi! }, info: { acceptance: exp(neg(size)), failed } };
      },
    }),
  });

describe("steps that fail", () => {
  /** The target at the end of a warm-up, and the acceptance that the step size found then has. */
  const tunedTo = async (longest: number, warmup = 1000) => {
    const run = { energy: normal, sampler: failingAbove(longest), chains: 4, warmup, draws: 1, key, block: 500 };
    const { tuned, checkpoint } = await sample(run);
    return { target: checkpoint.place!.data[2]!, reached: Math.exp(-tuned.stepSize![0]!) };
  };

  // ε = −log of the target is .223, .105, .051, …
  it.each([
    [0.3, 0.8],
    [0.15, 0.9],
    [0.08, 0.95],
  ])("draw the target halfway to 1 as often as they go on: above %d, to %d", async (longest, expected) => {
    const { target, reached } = await tunedTo(longest);
    expect(target).toBeCloseTo(expected, 12);
    // What fifty steps leave of the too long steps that an averaging begins with.
    expect(Math.abs(reached - expected)).toBeLessThan(0.2 * (1 - expected));
  });

  it("are not held against it in the first window, nor beyond 0.99", async () => {
    expect((await tunedTo(0)).target).toBeCloseTo(1 - 0.2 / 2 ** 4, 12);
    expect((await tunedTo(0, 150)).target).toBe(0.8);
    expect((await tunedTo(0, 8000)).target).toBe(0.99);
  });
});

describe("chains that stand", () => {
  const NARROW = 1e-3;
  /** A mode of width 1 at 0, and one of a thousandth of it at 100. */
  const energy = makeEnergy({
    event: [1],
    energy: (x: Expr) => sum(minimum(mul(0.5, square(x)), mul(0.5 / NARROW ** 2, square(sub(x, 100)))), 1),
  });
  const start = tensor(Float64Array.of(0, 1, -1, 0.5, 100), [5, 1]);
  const run = { energy, sampler: nuts, start, warmup: 300, draws: 20, key };
  const last = (x: { readonly data: ArrayLike<number> }) => Math.abs(x.data[99]! - 100);

  it("are left where they are, unless that is asked for", async () => {
    const { x, restarts } = await sample(run);
    expect(restarts).toEqual([]);
    expect(last(x)).toBeLessThan(10 * NARROW);
  });

  it("go on from where another is as the last window begins, and are named", async () => {
    const { x, restarts, tuned } = await sample({ ...run, restartStuck: true });
    expect(restarts).toEqual([{ chain: 4, donor: expect.any(Number), step: 150 }]);
    expect(restarts[0]!.donor).toBeLessThan(4);
    for (const v of x.data) expect(Math.abs(v)).toBeLessThan(10);
    // From one place by noise of its own.
    expect(Array.from(x.data.slice(80))).not.toEqual(Array.from(x.data.slice(20 * restarts[0]!.donor).slice(0, 20)));
    expect(tuned.stepSize![4]! / tuned.stepSize![0]!).toBeCloseTo(1, 6);
  });

  it("do so whatever the blocks, and in a run that was stopped and resumed", async () => {
    const asked = { ...run, restartStuck: true };
    const whole = await sample(asked);
    const other = await sample({ ...asked, block: 7 });
    expect([other.x, other.restarts]).toEqual([whole.x, whole.restarts]);
    for (const stop of [100, 150, 200]) {
      const { checkpoint: resume } = await sample({ ...asked, progress: ({ done }) => done < stop });
      const rest = await sample({ ...asked, resume });
      expect([rest.x, rest.restarts]).toEqual([whole.x, whole.restarts]);
    }
  });

  it("cannot be told in a warm-up of fewer than two windows", async () => {
    await expect(sample({ ...run, warmup: 60, restartStuck: true })).rejects.toThrow("restartStuck");
    await expect(sample({ ...run, metric: "unit", restartStuck: true })).rejects.toThrow("there are not two");
  });
});
