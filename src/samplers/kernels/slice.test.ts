import { expect, it } from "vitest";
import { exactnessErrors } from "../../../test/support/exactness.js";
import { kolmogorov } from "../../../test/support/goodness.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { reversibilityErrors } from "../../../test/support/reversibility.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import type { Expr } from "../../ir/expr.js";
import { constant } from "../../ops/leaf.js";
import { and, less } from "../../ops/logic.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { evaluate } from "../../runtime/program.js";
import { tensor } from "../../util/tensor.js";
import { slice, stepOut } from "./slice.js";

const key = makeKey(35);
const row = (...values: number[]): Expr => constant(tensor(Float64Array.from(values)));

it("steps each end out while it is inside the slice and may", async () => {
  // Chains: free, short of steps to the left, with none at all, outside from the start.
  const start = {
    ...{ low: row(-0.5, -0.5, -0.5, -7), high: row(0.5, 0.5, 0.5, 7) },
    ...{ left: row(9, 2, 0, 5), right: row(9, 7, 0, 5) },
  };
  const { low, high } = await evaluate({ ...stepOut(start, 1, 9, (t) => and(less(-3.2, t), less(t, 1.8))) });
  expect(numbers(low)).toEqual([-3.5, -2.5, -0.5, -7]);
  expect(numbers(high)).toEqual([2.5, 2.5, 0.5, 7]);
});

it("moves along one direction, uniform on the sphere, to a point below its level", async () => {
  const [chains, d] = [4096, 3];
  const target = { energy: gaussianEnergy([d], 0, 1), event: [d], chains };
  const kernel = await hostKernel((t) => slice(t), target, "float64");
  const from = await kernel.init(normal(fold(key, "x"), [chains, d], "float64"));
  const noise = drawNoise(fold(key, "noise"), kernel.noise);
  const { state, info } = await kernel.step(from, noise);
  expect(Math.min(...numbers(info.moved!))).toBe(1);
  const [x, y, energy] = [numbers(from.x!), numbers(state.x!), numbers(state.energy!)];
  const start = numbers(from.energy!);
  const level = numbers(noise.level!).map((u, i) => start[i]! - Math.log(u));
  expect(energy.every((e, i) => e < level[i]!)).toBe(true);
  const cosines = energy.map((_, i) => {
    const step = [0, 1, 2].map((j) => y[d * i + j]! - x[d * i + j]!);
    return step[0]! / Math.hypot(...step);
  });
  // On the sphere in three dimensions a coordinate is uniform (Archimedes). Chance of a false alarm: 7.5e-6.
  expect(kolmogorov(cosines, (c) => (c + 1) / 2)).toBeLessThan(2.5);
});

it("is in detailed balance, also when its interval is far too short or its growth is cut", async () => {
  for (const options of [{}, { width: 0.5, widths: 3 }, { width: 20, widths: 1 }])
    expect(await reversibilityErrors((t) => slice(t, options))).toEqual([]);
});

it("is exact at other widths too", async () => {
  expect(await exactnessErrors(slice as never, { width: 0.8, widths: 4 })).toEqual([]);
});
