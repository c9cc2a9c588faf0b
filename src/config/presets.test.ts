/** What `preset: paper` of an objective stands for, beside what is usual. */

import { expect, it } from "vitest";
import { resolveConfig } from "./config.js";
import { buildModel } from "./prepare.js";

const paper = (name: string, more: object = {}) =>
  resolveConfig({ data: { dataset: "four-in-a-row" }, objective: { name, preset: "paper" }, ...more });

// "their networks" of docs/objectives: small ones with LeakyReLU (docs/the-paper.md), and a flow of four layers.
const networks = {
  energy: { name: "tilted", base: "gaussian", scale: 1, hidden: [32, 64, 64, 64], activation: "leaky-relu" },
  flow: { name: "realnvp", layers: 4, hidden: [16, 16, 16] },
};
const adam = (learningRate: number) => ({ name: "adam", learningRate });

it("nt-ebm compares as the paper does", () => {
  // docs/objectives/nt-ebm.md: a flow that is fitted for 1024 steps and then frozen, 128 steps of mala at 75 %, 8192 kept
  // chains; the energy's learning rate is 1e-3, where theirs is 1e-2. Not written there: 256 chains and rows.
  expect(paper("nt-ebm")).toMatchObject({
    ...networks,
    objective: {
      ...{ name: "nt-ebm", flow: "frozen", start: "flow", restart: 0, chains: 256, replay: 8192 },
      ...{ local: "mala", localSteps: 128, adapt: true, acceptance: 0.75 },
    },
    optimizer: { energy: adam(1e-3), flow: adam(1e-2) },
    ...{ pretrain: 1024, pretrainBy: "flow-likelihood", batch: 256 },
  });
});

it("coop-flow compares as the paper does", () => {
  // docs/objectives/coop-flow.md: a flow fitted for 1024 steps and frozen for 15 more, 256 steps of 5e-4 without noise, a
  // rate of 1e-3 for both. Not written there: 256 rows.
  expect(paper("coop-flow")).toMatchObject({
    ...networks,
    objective: { name: "coop-flow", localSteps: 256, stepSize: 5e-4, noise: false, frozenSteps: 15 },
    optimizer: { energy: adam(1e-3), flow: adam(1e-3) },
    ...{ pretrain: 1024, pretrainBy: "flow-likelihood", batch: 256 },
  });
});

it("pcd compares as the paper does, under the name ULA-EBM", () => {
  // docs/objectives/pcd.md: 512 steps of ula of 0.125²/2, 8192 chains kept, that begin uniformly. Not written there: 256
  // chains and rows, a rate of 1e-2.
  expect(paper("pcd")).toMatchObject({
    energy: networks.energy,
    objective: {
      ...{ name: "pcd", start: "uniform", restart: 0, chains: 256, replay: 8192 },
      ...{ local: "ula", localSteps: 512, stepSize: 0.0078125 },
    },
    optimizer: { energy: adam(1e-2) },
    ...{ pretrain: 0, batch: 256 },
  });
});

it.each(["balanced", "nt-ebm", "coop-flow", "pcd"])("%s has the paper's energy, of as many parameters", (name) => {
  // 10,593 there, one less here, where the last layer has no bias (src/objectives/parts/paper-networks.ts).
  const { energy, flow } = buildModel(paper(name), [2]);
  expect(energy.layout.size).toBe(10_592);
  if (name !== "pcd") expect(flow).toBeDefined();
});
