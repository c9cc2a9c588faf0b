import { describe, expect, it } from "vitest";
import { numbers } from "../../../test/support/tensors.js";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { add, log, mul, square, sub } from "../../ops/arithmetic.js";
import { constant } from "../../ops/leaf.js";
import { less, where } from "../../ops/logic.js";
import { sum } from "../../ops/shape.js";
import { mean } from "../../ops/special.js";
import { makeKey } from "../../random/key.js";
import { InputError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { randomWalk } from "../kernels/random-walk.js";
import { sample } from "./sample.js";
import { drawStarts } from "./starts.js";

const key = makeKey(13);

describe("starting points", () => {
  it("fill a cube of side 4 about the origin, and nothing beyond", async () => {
    const flat = makeEnergy({ event: [3], energy: (x) => sum(mul(0, x), 1) });
    const start = numbers(await drawStarts({ energy: flat }, 2000, key));
    expect(Math.max(...start.map(Math.abs))).toBeLessThan(2);
    // Of 6000 uniform numbers the mean of the squares has an error of 0.016: five of them is beyond chance.
    expect(Math.abs(start.reduce((s, v) => s + v * v, 0) / 6000 - 4 / 3)).toBeLessThan(0.08);
  });

  it("are nowhere when the energy is a number nowhere", async () => {
    const nowhere = makeEnergy({ event: [1], energy: (x) => sum(log(sub(-1, square(x))), 1) });
    await expect(sample({ energy: nowhere, draws: 3, key })).rejects.toThrow(
      "the energy is finite at 0 of 800 starting points; give start, and look at the energy with doctor",
    );
  });

  it("are where the energy is a number", async () => {
    const half = makeEnergy({
      event: [1],
      energy: (x) => sum(where(less(x, 0), Number.POSITIVE_INFINITY, x), 1),
    });
    const { x } = await sample({ energy: half, sampler: randomWalk, chains: 6, warmup: 0, draws: 3, key });
    expect(Math.min(...numbers(x))).toBeGreaterThan(0);
  });
});

describe("rows of a batch", () => {
  const own = (x: Expr): Expr => sum(square(x), 1);
  const rowNumber = (x: Expr): Expr => constant(tensor(Float32Array.from({ length: x.shape[0]! }, (_, i) => i)));
  const attempt = (energy: (x: Expr) => Expr, more: object = {}) =>
    sample({ energy: makeEnergy({ event: [1], energy }), sampler: randomWalk, warmup: 0, draws: 1, key, ...more });

  it.each([
    ["the mean", (x: Expr) => sum(square(sub(x, mean(x))), 1)],
    ["a little of the mean", (x: Expr) => add(own(x), mul(1e-4, mean(x)))],
    ["the mean beside a large constant", (x: Expr) => add(add(1e5, own(x)), mean(x))],
  ])("may not know the others: %s", async (_, energy) => {
    await expect(attempt(energy)).rejects.toThrow(InputError);
    await expect(attempt(energy)).rejects.toThrow("changes with the other points of its batch");
  });

  it("may not know the others, also where all begin in one place", async () => {
    const start = tensor(Float32Array.of(2, 2, 2), [3, 1]);
    const failed = attempt((x) => sum(square(sub(x, mul(0.5, mean(x)))), 1), { start });
    await expect(failed).rejects.toThrow("changes with the other points of its batch");
    expect((await attempt(own, { start })).complete).toBe(true);
  });

  it("may not know their place", async () => {
    const failed = attempt((x) => add(own(x), rowNumber(x)));
    await expect(failed).rejects.toThrow(InputError);
    await expect(failed).rejects.toThrow(/changes with its place in the batch \(.* in row 0, .* in row 1\)/);
  });
});
