/** What a warm-up does about steps that fail and, where that is asked for, about chains that stand. */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { abs, add, div, exp, floor, mul, neg, square, sub } from "../../ops/arithmetic.js";
import { minimum } from "../../ops/extrema.js";
import { cast, constant } from "../../ops/leaf.js";
import { and, less } from "../../ops/logic.js";
import { reshape, sum } from "../../ops/shape.js";
import { makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { nuts } from "../kernels/nuts.js";
import { sampler } from "../sampler.js";
import { sample } from "./sample.js";
import { planWarmup, SEVERAL_WINDOWS } from "./warmup.js";

const key = makeKey(21);
const normal = makeEnergy({ event: [1], energy: (x: Expr) => mul(0.5, sum(square(x), 1)) });

/** Draws afresh, accepts `e^{−ε}` and fails where it is told to: what it is tuned to is known. */
const failing = (fails: (size: Expr, step: Expr, chains: number) => Expr) =>
  sampler({
    name: "failing",
    about: "Fails where it is told to.",
    exact: true,
    tuning: { option: "stepSize", info: "acceptance", target: 0.8, failure: "failed" },
    metric: "diagonal",
    memory: ["step"],
    options: z.object({ stepSize: z.number().default(0.1) }),
    noise: ({ event, chains }) => ({ xi: { law: "normal", shape: [chains, ...event] } }),
    kernel: ({ chains }, { stepSize }) => ({
      init: (x) => ({ x, step: mul(0, sum(x, 1)) }),
      step({ step }, { xi }) {
        const size = typeof stepSize === "number" ? add(stepSize, mul(0, step!)) : reshape(stepSize, [chains]);
        const failed = cast(fails(size, step!, chains), xi!.dtype);
        return { state: { x: xi!, step: add(step!, 1) }, info: { acceptance: exp(neg(size)), failed } };
      },
    }),
  });
const failingAbove = (longest: number) => failing((size) => less(longest, size));

describe("steps that fail", () => {
  const run = { energy: normal, chains: 4, warmup: 1000, draws: 1, key, block: 500 } as const;
  /** The target at the end of a warm-up, and the acceptance that the step size found then has. */
  const tunedTo = async (own: ReturnType<typeof failing>, warmup = 1000) => {
    const { tuned, checkpoint } = await sample({ ...run, sampler: own, warmup });
    return { target: Number(checkpoint.place!.data[2]), reached: Math.exp(-tuned.stepSize![0]!) };
  };

  // ε = −log of the target is .223, .051, .013, …
  it.each([
    [0.3, 0.8],
    [0.15, 0.95],
  ])(
    "draw the target three quarters of the way to 1, as often as they go on: above %d, to %d",
    async (longest, expected) => {
      const { target, reached } = await tunedTo(failingAbove(longest));
      expect(target).toBeCloseTo(expected, 12);
      // What fifty steps leave of the too long steps that an averaging begins with.
      expect(Math.abs(reached - expected)).toBeLessThan(0.2 * (1 - expected));
    },
  );

  it("are not held against it in the first window, nor beyond 0.99", async () => {
    expect((await tunedTo(failingAbove(0), 150)).target).toBe(0.8);
    expect((await tunedTo(failingAbove(0.04))).target).toBeCloseTo(0.9875, 12);
    expect((await tunedTo(failingAbove(0), 8000)).target).toBe(0.99);
  });

  it("count in the later half of a window, of whichever chain", async () => {
    // A window begins with a state of its own; the shortest after the first has 50 steps.
    const early = failing((_, step) => less(step, 25));
    expect((await tunedTo(early)).target).toBe(0.8);
    const late = failing((_, step) => and(less(24, step), less(step, 26)));
    expect((await tunedTo(late, 300)).target).toBeGreaterThan(0.9);
    const last = failing((_, step, chains) => {
      const row = constant(tensor(Float32Array.from({ length: chains }, (_, c) => c)));
      return and(less(2, row), less(24, step));
    });
    expect((await tunedTo(last)).target).toBe(0.99);
  });

  it("are kept when a run stops within a window and goes on", async () => {
    const own = failing((_, step) => and(less(24, step), less(step, 28)));
    const asked = { ...run, sampler: own, warmup: 300, block: 5 };
    const whole = await sample(asked);
    for (const stop of [130, 135]) {
      const { checkpoint: resume } = await sample({ ...asked, progress: ({ done }) => done < stop });
      expect((await sample({ ...asked, resume })).checkpoint.place).toEqual(whole.checkpoint.place);
    }
  });

  it("are told of the steps that were thinned away, also by a run that was stopped among them", async () => {
    // Of the draws every fifth step fails, the second of each five, and the last of them is kept.
    const own = failing((_, step) => less(abs(sub(sub(step, mul(5, floor(div(step, 5)))), 1)), 0.5));
    const asked = { ...run, sampler: own, warmup: 0, draws: 4, thin: 5, block: 3 };
    const whole = await sample(asked);
    expect(Array.from(whole.info.failed!.data)).toEqual(new Array(16).fill(1));
    const { checkpoint: resume } = await sample({ ...asked, progress: ({ done }) => done < 12 });
    expect(Array.from((await sample({ ...asked, resume })).info.failed!.data)).toEqual(new Array(8).fill(1));
    const every = await sample({ ...asked, draws: 20, thin: 1 });
    expect(Array.from(every.info.failed!.data).filter((v) => v === 1)).toHaveLength(16);
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
      await expect(sample({ ...run, resume })).rejects.toThrow("sample: restartStuck is ");
    }
  });

  it("cannot be told in a warm-up of fewer than two windows", async () => {
    for (const warmup of [0, 60, SEVERAL_WINDOWS - 1])
      await expect(sample({ ...run, warmup, restartStuck: true })).rejects.toThrow(`${warmup} steps have no two`);
    await expect(sample({ ...run, metric: "unit", restartStuck: true })).rejects.toThrow(
      "give metric diagonal or dense",
    );
    expect(planWarmup("diagonal", SEVERAL_WINDOWS).ends).toHaveLength(2);
  });
});
