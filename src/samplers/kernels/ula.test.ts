import { expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { chainErrors } from "../../../test/support/statistics.js";
import { worstDifference } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { chainsOf } from "../../metrics/chains/chains.js";
import { scalar } from "../../ops/leaf.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { sample } from "../driver/sample.js";
import { ula } from "./ula.js";

const key = makeKey(5);
const start = normal(fold(key, "start"), [1024, 1]);

const chains = async (sd: number, stepSize: number) => {
  const run = { sampler: ula, options: { stepSize }, start, warmup: 50, draws: 400, key: fold(key, "run") };
  return chainsOf((await sample({ energy: gaussianEnergy([1], 0, sd), ...run })).x);
};

// The gates are about a third of the effective draws, with which 2 % of the variance is 5 standard errors.
it("has variance σ²/(1 − ε/(2σ²)) on a Gaussian, which is not σ²", async () => {
  for (const [sd, stepSize] of [
    [1, 0.5],
    [1, 0.1],
    [0.5, 0.2],
  ] as const) {
    const variance = sd ** 2 / (1 - stepSize / (2 * sd ** 2));
    const drawn = await chains(sd, stepSize);
    expect(chainErrors(`σ ${sd}, ε ${stepSize}`, drawn, { mean: 0, variance }, 5000)).toEqual([]);
    for (const wrong of [sd ** 2, variance / 2])
      expect(chainErrors("another law", drawn, { mean: 0, variance: wrong }, 5000)).not.toEqual([]);
  }
});

it("diverges for ε > 2σ², and says so", async () => {
  await expect(chains(1, 3)).rejects.toThrow(NumericError);
});

it("takes its step size as an expression too, for the same step", async () => {
  const target = { energy: gaussianEnergy([1], 0, 1), event: [1], chains: 8 };
  const steps = [0.3, undefined].map((stepSize) =>
    hostKernel(
      (t) => (stepSize ? ula(t, { stepSize }) : ula(t, {}, { stepSize: scalar(0.3, "float64") })),
      target,
      "float64",
    ),
  );
  const x = normal(key, [8, 1], "float64");
  const [a, b] = await Promise.all(steps.map(async (kernel) => (await (await kernel).walk({ x }, key, 3)).state.x!));
  expect(worstDifference(a!, b!)).toBeLessThan(1e-14);
});
