import { describe, expect, it } from "vitest";
import { makeEnergy } from "../../energies/energy.js";
import type { Expr } from "../../ir/expr.js";
import { abs, add, log, mul, pow, square, sub } from "../../ops/arithmetic.js";
import { less, where } from "../../ops/logic.js";
import { reshape, slice, sum } from "../../ops/shape.js";
import { makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { type FloatTensor, tensor } from "../../util/tensor.js";
import { hmc } from "../kernels/hmc.js";
import { mala } from "../kernels/mala.js";
import { nuts } from "../kernels/nuts.js";
import { randomWalk } from "../kernels/random-walk.js";
import { sample } from "./sample.js";
import { findStuck } from "./stuck.js";

const key = makeKey(19);
const column = (x: Expr, j: number): Expr => reshape(slice(x, 1, j, j + 1), [x.shape[0]!]);
const bowl = (x: Expr): Expr => mul(0.5, sum(square(x), 1));
/** Finite everywhere, with a derivative everywhere but at x₁ = 0. */
const cusp = makeEnergy({ event: [2], energy: (x) => add(bowl(x), pow(abs(column(x, 1)), 0.7)) });
/** A slit around x₀ = 1, beside which the energy is NaN. */
const slit = makeEnergy({
  event: [2],
  energy: (x) => add(bowl(x), where(less(abs(sub(column(x, 0), 1)), 1e-4), 0, log(mul(-1, square(column(x, 0)))))),
});
/** Twelve draws of chains that stay at points, but for those that move. */
function standing(points: readonly (readonly number[])[], moving: readonly number[] = []): FloatTensor {
  const data = points.flatMap((p, c) =>
    Array.from({ length: 12 }, (_, i) => p.map((v) => v + (moving.includes(c) ? i : 0))),
  );
  return tensor(Float64Array.from(data.flat()), [points.length, 12, points[0]!.length]);
}

describe("a chain that could never move", () => {
  it.each([mala, hmc, nuts])("is told where it starts, by its coordinate: $name", async (sampler) => {
    const start = [
      [1, 2],
      [0, 1],
      [0.5, 0],
    ];
    const run = sample({ energy: cusp, sampler: sampler as typeof mala, start, warmup: 20, draws: 20, key });
    await expect(run).rejects.toThrow(NumericError);
    await expect(run).rejects.toThrow(
      /^sample: the gradient by coordinate 1 is NaN where chain 2 starts \(from 0\), at 0, though the energy is a number/,
    );
  });

  it("is no matter of a kernel that follows no gradient", async () => {
    const { x, stuck } = await sample({
      energy: cusp,
      sampler: randomWalk,
      start: [[0.5, 0]],
      warmup: 200,
      draws: 200,
      key,
    });
    expect(new Set(x.data).size).toBeGreaterThan(2);
    expect(stuck).toEqual([]);
  });
});

describe("chains that never moved", () => {
  it("are named, with the coordinates along which there is nowhere to go", async () => {
    const options = { stepSize: 0.5 };
    const start = [
      [1, 0.3],
      [1, -2],
    ];
    const { stuck } = await sample({ energy: slit, sampler: randomWalk, options, start, warmup: 0, draws: 30, key });
    expect(stuck.map(({ at, ...rest }) => ({ ...rest, at: at.map((v) => Number(v.toFixed(3))) }))).toEqual(
      start.map((at, chain) => ({ chain, at, gradient: [], beside: [0], tinyStep: null })),
    );
  });

  it("are named where nothing is found but that every proposal was refused", async () => {
    const options = { stepSize: 1e9 };
    const smooth = makeEnergy({ event: [2], energy: bowl });
    const { stuck } = await sample({
      energy: smooth,
      sampler: randomWalk,
      options,
      chains: 2,
      warmup: 0,
      draws: 30,
      key,
    });
    expect(stuck.map(({ at: _, ...rest }) => rest)).toEqual(
      [0, 1].map((chain) => ({ chain, gradient: [], beside: [], tinyStep: null })),
    );
  });

  it("are told from those that move, by gradients that are lost and steps that are none", async () => {
    const x = standing(
      [
        [1, 2],
        [1, 0],
        [3, 3],
        [0.5, 1],
      ],
      [2],
    );
    const found = await findStuck({ energy: cusp }, { x, usesGradient: true, stepSizes: [0.1, 0.1, 0.2, 1e-8] }, {});
    expect(found).toEqual([
      { chain: 0, at: [1, 2], gradient: [], beside: [], tinyStep: null },
      // A step along x₀ stays where the derivative by x₁ is lost.
      { chain: 1, at: [1, 0], gradient: [1], beside: [0], tinyStep: null },
      { chain: 3, at: [0.5, 1], gradient: [], beside: [], tinyStep: 1e-8 },
    ]);
  });

  it("are not looked for in a few draws", async () => {
    const x = standing([[1, 0]]);
    const few = tensor(Float64Array.from(x.data.subarray(0, 10)), [1, 5, 2]);
    expect(await findStuck({ energy: cusp }, { x: few, usesGradient: true, stepSizes: null }, {})).toEqual([]);
  });
});
