/** A run that is interrupted and continued arrives at the same bytes as one that was not. */

import { expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { registries } from "../config/registries.js";
import { decodeSafetensors, encodeSafetensors } from "../formats/safetensors.js";
import { trainLoop } from "./loop.js";
import type { TrainState } from "./trainer.js";

const [STEPS, BREAK] = [40, 25];

const balanced = { name: "balanced", chains: 16, localSteps: 2 };
const common = {
  // 210 training rows in batches of 16: epochs of 13 steps, so that the break is inside one.
  data: { dataset: "two-modes", points: 300 },
  energy: { name: "tilted", hidden: [6] },
  flow: { name: "realnvp", layers: 2, hidden: [4] },
  objective: balanced,
  batch: 16,
  steps: STEPS,
};
const withOptimizer = (o: object) => ({ ...common, optimizer: { energy: o, flow: o } });

const runs: Readonly<Record<string, object>> = {
  "every default": common,
  ...Object.fromEntries(registries.optimizers.map(({ name }) => [name, withOptimizer({ name, schedule: "constant" })])),
  "adam, clipped and warmed up": withOptimizer({ name: "adam", clip: 0.1, warmup: 30, schedule: "cosine" }),
  "adamw, whose decay is felt": withOptimizer({ name: "adamw", weightDecay: 0.1 }),
  "sgd with momentum": withOptimizer({ name: "sgd", momentum: 0.9, clip: 1 }),
  "two rounds": { ...common, objective: { ...balanced, rounds: 2 } },
  "whole chains by turns": {
    ...common,
    objective: { ...balanced, replay: 40, thin: 1, jump: "isir", jumpSteps: 2, localStepsAfter: 1, proposals: 3 },
  },
  "no jumps": { ...common, objective: { ...balanced, jumps: false } },
  "a mixture base": { ...common, flow: { ...common.flow, base: "mixture" } },
  "a frozen base": { ...common, energy: { ...common.energy, base: "flow" }, pretrain: 1 },
  "a replay buffer with restarts": { ...common, objective: { name: "pcd", chains: 8, replay: 40, restart: 0.1 } },
  "no carry": { ...common, objective: { name: "cd" } },
  "the flow alone": { ...common, objective: { name: "flow-likelihood" } },
  "a learned log Z, and noise that is trained": { ...common, objective: { name: "nce", noise: "flow" } },
  "a learned log Z that leaves its start": {
    ...common,
    objective: { name: "self-normalised-likelihood", negatives: 16, start: 10 },
  },
  "batches larger than the data": { ...common, batch: 300 },
};

/** The bytes of a state, whatever the order of its names. */
const bytesOf = (state: TrainState): Uint8Array =>
  encodeSafetensors(Object.fromEntries(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1))));

it.each(Object.entries(runs))("%s", async (_, given) => {
  const whole = await trainLoop((await assemble(given)).spec);
  const first = await trainLoop({ ...(await assemble(given)).spec }, { after: (step) => step < BREAK });
  expect(first).toMatchObject({ step: BREAK, finished: false });
  const { tensors } = decodeSafetensors(encodeSafetensors(first.state));
  const rest = await trainLoop({ ...(await assemble(given)).spec, state: tensors, from: BREAK });
  expect(rest).toMatchObject({ step: STEPS, finished: true });
  expect(bytesOf(rest.state)).toEqual(bytesOf(whole.state));
  expect(bytesOf(first.state)).not.toEqual(bytesOf(whole.state));
});

it("arrives elsewhere when it is continued from another step, or by another key", async () => {
  const { spec } = await assemble(common);
  const whole = await trainLoop(spec);
  const { state } = await trainLoop(spec, { after: (step) => step < BREAK });
  for (const wrong of [{ from: BREAK - 1 }, { from: BREAK, key: (await assemble({ ...common, seed: 1 })).spec.key }])
    expect(bytesOf((await trainLoop({ ...spec, state, ...wrong })).state)).not.toEqual(bytesOf(whole.state));
});
