import { expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { normal } from "../../random/draw.js";
import { fold, makeKey } from "../../random/key.js";
import { randomWalk } from "./random-walk.js";

const CHAINS = 65536;
const key = makeKey(6);

/** Acceptance of one step from exact draws of N(0, 1): independent numbers. */
async function acceptance(stepSize: number): Promise<number[]> {
  const target = { energy: gaussianEnergy([1], 0, 1), event: [1], chains: CHAINS };
  const kernel = await hostKernel((t) => randomWalk(t, { stepSize }), target, "float32");
  const state = await kernel.init(normal(fold(key, "start"), [CHAINS, 1]));
  return numbers((await kernel.walk(state, fold(key, "step"), 1)).info.acceptance!);
}

// 5 standard errors are 0.008 or less; false alarms: about once in 6e5 runs.
it("accepts (2/π) atan(2/s) on N(0, 1): one half at s = 2", async () => {
  for (const s of [0.5, 2, 5])
    expect(expectedMeanErrors(`s ${s}`, await acceptance(s), (2 / Math.PI) * Math.atan(2 / s))).toEqual([]);
  expect(expectedMeanErrors("another rate", await acceptance(2), 0.51)).not.toEqual([]);
});
