/**
 * What objectives without chains claim on two modes with weights 2:1: told apart from a flow, or by noise as wide as the
 * modes are apart, the energy gets their weights right; by noise narrower than that it does not.
 *
 * Over seeds 0 to 4 of this setting, |w − 1/3| was at most 0.010 for NCE with a flow; over seeds 0 to 2 at most 0.009 for
 * energy discrepancy and flow contrastive estimation. With noise of a tenth of the data's deviation it was above 0.04 in
 * five of five. The seeds below are the first three.
 */

import { describe, expect, it } from "vitest";
import { distributionOf } from "../../src/config/prepare.js";
import { evaluateModel } from "../../src/evaluation/evaluate.js";
import { learned } from "../../src/inference/learned.js";
import { fold } from "../../src/random/key.js";
import { trainLoop } from "../../src/train/loop.js";
import { assemble } from "../support/assembled.js";

const TRUTH = 1 / 3;
const rate = { name: "adam", learningRate: 4e-3, schedule: "step" };

/** How far the weight of the lighter mode is off, exactly, on the grid. */
async function miss(objective: { readonly name: string }, seed: number): Promise<number> {
  const { config, key, data, model, iteration, spec } = await assemble({
    data: { dataset: "two-modes", points: 20_000, validation: 0, test: 0.1 },
    energy: { name: "tilted", hidden: [32, 32] },
    flow: { name: "realnvp", layers: 4, hidden: [32] },
    objective,
    optimizer: { energy: rate, flow: rate },
    steps: 1000,
    batch: 256,
    average: 0.99,
    select: "last",
    seed,
  });
  const { state } = await trainLoop(spec);
  const flow = iteration.groups.includes("flow") ? learned(state, "flow") : undefined;
  const options = { key: fold(key, "evaluate"), draws: 2000, distribution: distributionOf(config) };
  const { truth } = await evaluateModel(model, { energy: learned(state, "energy"), flow }, data, options);
  return Math.abs(truth!.modeWeights!.model!.weights[1]! - TRUTH);
}

const seeds = [0, 1, 2];

describe.each([
  ["nce", { noise: "flow" }],
  ["energy-discrepancy", {}],
  ["flow-contrastive", {}],
])("%s %j", (name, options) => {
  it.each(seeds)("gets the weight of the lighter mode right to 0.03, seed %i", async (seed) => {
    expect(await miss({ name, ...options }, seed)).toBeLessThan(0.03);
  });
});

describe("energy-discrepancy by noise that does not join the modes", () => {
  it.each(seeds)("does not, seed %i", async (seed) => {
    const blind = { name: "energy-discrepancy", negatives: 4, variance: 0.01 };
    expect(await miss(blind, seed)).toBeGreaterThan(0.03);
  });
});
