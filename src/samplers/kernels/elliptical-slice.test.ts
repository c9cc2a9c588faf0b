import { expect, it } from "vitest";
import { exactnessErrors } from "../../../test/support/exactness.js";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { reversibilityErrors } from "../../../test/support/reversibility.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { drawNoise } from "../../random/noise.js";
import { ellipticalSlice } from "./elliptical-slice.js";

const key = makeKey(34);
const CHAINS = 32;
const EVENT = [3, 2];

it("takes the first point of the ellipse where there is nothing but the Gaussian", async () => {
  const target = { energy: gaussianEnergy(EVENT, 0, 1.7), event: EVENT, chains: CHAINS };
  const kernel = await hostKernel((t) => ellipticalSlice(t, { scale: 1.7 }), target, "float64");
  const x = normal(fold(key, "x"), [CHAINS, ...EVENT], "float64");
  const noise = drawNoise(fold(key, "noise"), kernel.noise);
  const { state, info } = await kernel.step(await kernel.init(x), noise);
  const [nu, angle] = [numbers(noise.nu!), numbers(noise.angle!)];
  for (const [i, v] of numbers(state.x!).entries()) {
    const theta = 2 * Math.PI * angle[Math.floor(i / 6)]!;
    expect(v).toBeCloseTo(numbers(x)[i]! * Math.cos(theta) + 1.7 * nu[i]! * Math.sin(theta), 12);
  }
  expect(numbers(info.shrinks!)).toEqual(new Array(CHAINS).fill(0));
  expect(numbers(info.moved!)).toEqual(new Array(CHAINS).fill(1));
});

it("stays on its ellipse, below its level, and tries more points the narrower the density", async () => {
  const shrinks: number[] = [];
  for (const sd of [1, 0.1, 0.01]) {
    const energy = gaussianEnergy([2], 0, sd);
    const kernel = await hostKernel((t) => ellipticalSlice(t), { energy, event: [2], chains: CHAINS }, "float64");
    const x = normal(fold(key, "x"), [CHAINS, 2], "float64");
    const from = await kernel.init({ ...x, data: x.data.map((v) => sd * v) });
    const noise = drawNoise(fold(key, "noise"), kernel.noise);
    const { state, info } = await kernel.step(from, noise);
    for (let i = 0; i < CHAINS; i++) {
      const level = numbers(from.potential!)[i]! - Math.log(numbers(noise.level!)[i]!);
      expect(numbers(state.potential!)[i]).toBeLessThan(level);
      // The point solves `x′ = x cos θ + ν sin θ` in both coordinates for an angle of the circle.
      const [a, b] = [0, 1].map((j) => [numbers(from.x!)[2 * i + j]!, 2 * numbers(noise.nu!)[2 * i + j]!] as const);
      const [p, q] = [0, 1].map((j) => numbers(state.x!)[2 * i + j]!);
      const determinant = a![0] * b![1] - a![1] * b![0];
      const cosine = (p! * b![1] - a![1] * q!) / determinant;
      const sine = (a![0] * q! - p! * b![0]) / determinant;
      expect(cosine ** 2 + sine ** 2).toBeCloseTo(1, 6);
    }
    shrinks.push(numbers(info.shrinks!).reduce((s, v) => s + v, 0) / CHAINS);
  }
  expect(shrinks[0]).toBeLessThan(3);
  expect(shrinks[1]).toBeGreaterThan(shrinks[0]! + 1);
  expect(shrinks[2]).toBeGreaterThan(shrinks[1]! + 1);
});

it("is in detailed balance", async () => {
  for (const scale of [1, 3]) expect(await reversibilityErrors((t) => ellipticalSlice(t, { scale }))).toEqual([]);
});

it("is exact for another Gaussian too", async () => {
  expect(await exactnessErrors(ellipticalSlice as never, { scale: 4 })).toEqual([]);
});
