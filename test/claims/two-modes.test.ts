/**
 * What balanced training claims, on two modes with weights 2:1 that no local chain crosses between: it gets the weights
 * of the model right, and local chains do not. A small setting of the motivating example.
 *
 * Over seeds 0 to 9 of this setting, |w − 1/3| was at most 0.016 for balanced training; without jumps it was above 0.1
 * in 9 of 10 (the other: 0.06), with local chains alone in 10 of 10 (least: 0.11). The seeds below are the first three.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { distributionOf } from "../../src/config/prepare.js";
import { type Evaluation, evaluateModel } from "../../src/evaluation/evaluate.js";
import { learned } from "../../src/inference/learned.js";
import { fold } from "../../src/random/key.js";
import { trainLoop } from "../../src/train/loop.js";
import { assemble } from "../support/assembled.js";

const TRUTH = 1 / 3;
const seeds = [0, 1, 2];
const rate = { name: "adam", learningRate: 4e-3, schedule: "constant" };
const chains = { chains: 128, localSteps: 5 };

/** Train, and judge what was learned on the grid and by importance sampling. */
async function outcome(objective: { readonly name: string }, seed: number): Promise<Evaluation> {
  const { config, key, data, model, iteration, spec } = await assemble({
    data: { dataset: "two-modes", points: 4000, validation: 0, test: 0.25 },
    energy: { name: "tilted", hidden: [64, 64] },
    flow: { name: "realnvp", layers: 4, hidden: [32] },
    objective: { ...chains, ...objective },
    optimizer: { energy: rate, flow: rate },
    steps: 400,
    batch: 128,
    average: 0.99,
    select: "last",
    seed,
  });
  // The controls may wander far; how far is what is measured.
  const { state } = await trainLoop({ ...spec, largestGap: Number.POSITIVE_INFINITY });
  const flow = iteration.groups.includes("flow") ? learned(state, "flow") : undefined;
  const options = { key: fold(key, "evaluate"), draws: 10_000, distribution: distributionOf(config) };
  return evaluateModel(model, { energy: learned(state, "energy"), flow }, data, options);
}

const outcomes = async (objective: { readonly name: string }): Promise<Evaluation[]> => {
  const found: Evaluation[] = [];
  for (const seed of seeds) found.push(await outcome(objective, seed));
  return found;
};

/** How far the weight of the lighter mode is off, exactly, on the grid. */
const misses = (found: readonly Evaluation[]): number[] =>
  found.map(({ truth }) => Math.abs(truth!.modeWeights!.model!.weights[1]! - TRUTH));

describe("balanced training", () => {
  let found: Evaluation[];
  beforeAll(async () => {
    found = await outcomes({ name: "balanced" });
  });

  // Ten seeds had standard deviation 0.009 around 1/3, so 0.05 is five of them.
  it("gets the weight of the lighter mode right to 0.05", () => {
    for (const miss of misses(found)) expect(miss, misses(found).join()).toBeLessThan(0.05);
  });

  it("agrees with what importance sampling finds of the same model", () => {
    for (const { truth } of found) {
      const { model, modelByImportance } = truth!.modeWeights!;
      const { value, standardError } = modelByImportance.weights[1]!;
      expect(Math.abs(value - model!.weights[1]!)).toBeLessThan(4 * standardError!);
    }
  });

  // 3 standard errors, three times: false alarms once in 120 runs, were the seeds not fixed.
  it("has a log Z on which the grid and importance sampling agree within 3 standard errors", () => {
    for (const { truth, logZ } of found) {
      const { value, standardError } = logZ.logZ;
      expect(logZ).toMatchObject({ proposal: "flow", note: null });
      expect(standardError!).toBeLessThan(0.05);
      // What lies beyond the box is less than what lies at its edge.
      expect(truth!.grid!.edgeMass).toBeLessThan(standardError!);
      expect(Math.abs(value - truth!.grid!.logZ), `${value} ± ${standardError}`).toBeLessThan(3 * standardError!);
    }
  });

  it("beats the fitted Gaussian on rows it has not seen, and says so", () => {
    for (const { gain, verdict } of found) {
      expect(gain.interval![0]).toBeGreaterThan(0.5);
      expect(verdict).toMatch(/^The model explains held-out rows better/);
    }
  });
});

// A control misses in 9 seeds of 10 or more: two of three miss but for once in 36, were the seeds not fixed.
describe.each([
  ["without jumps", { name: "balanced", jumps: false }],
  ["with unadjusted local chains alone", { name: "pcd", local: "ula" }],
] as const)("the same setting %s", (_, objective) => {
  it("misses by more than 0.1 in two seeds of three", async () => {
    const found = misses(await outcomes(objective));
    expect(found.filter((miss) => miss > 0.1).length, found.join()).toBeGreaterThan(1);
  });
});
