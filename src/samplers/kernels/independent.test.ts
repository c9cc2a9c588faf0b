import { expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { gaussianProposal, targetOf } from "../../../test/support/sampler-targets.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { independent } from "./independent.js";

const CHAINS = 65536;
const key = makeKey(7);

/** Acceptance of one jump proposed by N(0, sd²), from exact draws of N(0, 1): independent numbers. */
async function acceptance(sd: number): Promise<number[]> {
  const target = targetOf({ energy: gaussianEnergy([1], 0, 1), ...gaussianProposal(1, 0, sd) }, CHAINS, "float64");
  const kernel = await hostKernel((t) => independent(t), target, "float64");
  const state = await kernel.init(normal(fold(key, "start"), [CHAINS, 1], "float64"));
  return numbers((await kernel.walk(state, fold(key, "step"), 1)).info.acceptance!);
}

// 5 standard errors are 0.008; false alarms: about once in 9e5 runs. The rate is E min(1, e^{a(x² − y²)}), which
// depends on the ratio of the scales only, in either direction.
it("accepts (4/π) atan(1/2) on N(0, 1) when the proposal is twice or half as wide", async () => {
  const truth = (4 / Math.PI) * Math.atan(0.5);
  for (const sd of [2, 0.5]) {
    const rates = await acceptance(sd);
    expect(expectedMeanErrors(`proposal N(0, ${sd}²)`, rates, truth)).toEqual([]);
    expect(expectedMeanErrors("another rate", rates, truth + 0.01)).not.toEqual([]);
  }
});

it("accepts always when the proposal is the target", async () => {
  expect(Math.min(...(await acceptance(1)).slice(0, 4096))).toBeGreaterThan(1 - 1e-12);
});
