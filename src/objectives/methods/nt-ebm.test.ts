import { describe, expect, it } from "vitest";
import { hostIteration } from "../../../test/support/host-iteration.js";
import {
  biasedModes,
  gradientReplicates,
  modeRows,
  precisionModel,
  scoreOf,
  unitRows,
} from "../../../test/support/known-models.js";
import { gaussianProposal } from "../../../test/support/sampler-targets.js";
import { numbers } from "../../../test/support/tensors.js";
import { normal } from "../../random/draw.js";
import { fold, type Key, makeKey } from "../../random/key.js";
import type { Tensors } from "../../runtime/engine.js";
import { tensor } from "../../util/tensor.js";
import { flowLikelihood } from "./flow-likelihood.js";
import { ntEbm } from "./nt-ebm.js";

const key = makeKey(92);
const [CHAINS, ROWS, THETA] = [512, 16, 0.6];

/** Chains that begin at draws of `N(0, variance)`. */
const chainsOf = (variance: number) => (k: Key) => ({
  chains: tensor(
    normal(k, [CHAINS, 1]).data.map((v) => Math.sqrt(variance) * v),
    [CHAINS, 1],
  ),
});

async function gradients(options: Parameters<typeof ntEbm>[2], variance: number, deviation: number): Promise<number[]> {
  const iteration = ntEbm(precisionModel, ROWS, { chains: CHAINS, ...options });
  const params = { energy: tensor(Float32Array.of(THETA)), flow: tensor(Float32Array.of(0.5, Math.log(deviation))) };
  const fixed = { model: precisionModel, iteration, params, key, count: 100, iterations: 1 };
  return (await gradientReplicates({ ...fixed, carry: chainsOf(variance), batch: () => unitRows(ROWS) }))[0]!;
}

// 4 standard errors: false alarms once in 16000 each, were the seeds not fixed.
it.each(["mala", "hmc"] as const)(
  "has the gradient of the likelihood where its chains have arrived: %s",
  async (local) => {
    const found = await gradients({ local, localSteps: 3, stepSize: 0.3 }, 1 / THETA, 2);
    expect(Math.abs(scoreOf(found, (1 - 1 / THETA) / 2).score)).toBeLessThan(4);
    const elsewhere = await gradients({ local, localSteps: 1, stepSize: 0.02 }, 2 / THETA, 2);
    expect(Math.abs(scoreOf(elsewhere, (1 - 1 / THETA) / 2).score)).toBeGreaterThan(10);
  },
);

it("walks in latent space: k Langevin steps there are steps of ε s² in x, under a flow of scale s", async () => {
  const [k, eps] = [3, 0.05];
  const exact = (deviation: number): number => {
    let square = 1;
    const step = eps * deviation ** 2;
    for (let i = 0; i < k; i++) square = (1 - step * THETA) ** 2 * square + 2 * step;
    return (1 - square) / 2;
  };
  const found = await gradients({ local: "ula", localSteps: k, stepSize: eps }, 1, 2);
  expect(Math.abs(scoreOf(found, exact(2)).score)).toBeLessThan(4);
  expect(Math.abs(scoreOf(found, exact(1)).score)).toBeGreaterThan(10);
});

it("fits the flow to the data where told to, and moves no chain by it", async () => {
  const batch = tensor(Float32Array.of(-1, 1, 3, 5), [4, 1]);
  const params = { energy: tensor(Float32Array.of(1)), flow: tensor(Float32Array.of(1, 0.3)) };
  const carry = { chains: tensor(Float32Array.of(0.1, -2, 1.3, 0.4), [4, 1]) };
  const own = await hostIteration(precisionModel, ntEbm(precisionModel, 4, { chains: 4, flow: "fitted" }), 4);
  const alone = await hostIteration(precisionModel, flowLikelihood(precisionModel, 4), 4);
  const found = await own.step({ params, carry, batch, key });
  const likelihood = await alone.step({ params, carry: {}, batch, key });
  expect(numbers(found.gradients["flow.flow"]!)).toEqual(numbers(likelihood.gradients["flow.flow"]!));
  const still = await hostIteration(
    precisionModel,
    ntEbm(precisionModel, 4, { chains: 4, local: "ula", stepSize: 1e-14 }),
    4,
  );
  for (const flow of [params.flow, tensor(Float32Array.of(-1, -0.4))]) {
    const { carry: next } = await still.step({ params: { ...params, flow }, carry, batch, key });
    for (const [i, x] of numbers(next.chains!).entries()) expect(x).toBeCloseTo(carry.chains.data[i]!, 5);
  }
});

it.each([
  [null, 0.574],
  [0.75, 0.75],
] as const)("leads the step size to the acceptance that is asked for: %s", async (acceptance, target) => {
  const options = { chains: CHAINS, localSteps: 4, stepSize: 0.05, adapt: true, acceptance };
  const iteration = ntEbm(precisionModel, ROWS, options);
  const host = await hostIteration(precisionModel, iteration, ROWS);
  const params = { energy: tensor(Float32Array.of(THETA)), flow: tensor(Float32Array.of(0, Math.log(2))) };
  let carry: Tensors = { ...iteration.start(key, unitRows(ROWS)), ...chainsOf(1 / THETA)(key) };
  const seen: number[][] = [];
  for (let t = 0; t < 200; t++) {
    const step = await host.step({ params, carry, batch: unitRows(ROWS), key: fold(key, t) });
    carry = step.carry;
    seen.push(["acceptance", "stepSize"].map((name) => numbers(step.metrics[name]!)[0]!));
  }
  const [first, last] = [seen.slice(0, 1), seen.slice(-100)];
  const average = (rows: number[][], j: number): number => rows.reduce((s, row) => s + row[j]!, 0) / rows.length;
  expect(first[0]![1]).toBeCloseTo(0.05, 6);
  expect(average(first, 0)).toBeGreaterThan(0.9);
  expect(average(last, 0)).toBeCloseTo(target, 2);
});

it("keeps the step size it was given unless told to adapt it", () => {
  expect(Object.keys(ntEbm(precisionModel, ROWS, { acceptance: 0.75 }).carry)).toEqual(["chains"]);
});

describe("the gradient by the log-odds b of two modes, from chains that begin half and half", () => {
  const model = { event: [2], energy: biasedModes, flow: gaussianProposal(2, 0, 1).flow };
  // 16 of 64 rows are at the second mode.
  const rows = modeRows(fold(key, "rows"), 64, 16);
  const at = async (options: Parameters<typeof ntEbm>[2], chains: number): Promise<number[]> => {
    const host = await hostIteration(model, ntEbm(model, 64, { chains, ...options }), 64);
    const carry = { chains: modeRows(fold(key, "chains"), chains, chains / 2) };
    const gradient = async (bias: number): Promise<number> => {
      const params = { energy: tensor(Float32Array.of(bias)), flow: tensor(new Float32Array(4)) };
      return numbers((await host.step({ params, carry, batch: rows, key })).gradients["energy.energy"]!)[0]!;
    };
    return [await gradient(-3), await gradient(0), await gradient(3)];
  };

  it("is the same whatever the odds where moves are short beside the gap", async () => {
    expect(await at({}, 64)).toEqual([-0.25, -0.25, -0.25]);
  });

  it("is that of the likelihood, 1/4 − σ(−b), where they are as long as it", async () => {
    const found = await at({ local: "barker", localSteps: 3000, stepSize: 1.4 }, 256);
    for (const [i, bias] of [-3, 0, 3].entries()) {
      const second = 1 / (1 + Math.exp(bias));
      // 4 standard errors of 256 chains: false alarms once in 16000 each, were the seed not fixed.
      const error = Math.sqrt((second * (1 - second)) / 256);
      expect(Math.abs(found[i]! - (0.25 - second))).toBeLessThan(4 * error);
    }
  });
});
