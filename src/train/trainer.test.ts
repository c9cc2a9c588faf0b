import { describe, expect, it } from "vitest";
import { assemble } from "../../test/support/assembled.js";
import { numbers } from "../../test/support/tensors.js";
import { learned } from "../inference/learned.js";
import { fold } from "../random/key.js";
import type { Tensor } from "../util/tensor.js";
import { trainLoop } from "./loop.js";
import type { TrainState } from "./trainer.js";

const data = { dataset: "two-modes", points: 300 };
const energy = { name: "tilted", hidden: [6] };
const flow = { name: "realnvp", layers: 2, hidden: [4] };
const small = { data, energy, flow, batch: 16, objective: { name: "balanced", chains: 16, localSteps: 2 } };

const bytesOf = ({ data: { buffer, byteOffset, byteLength } }: Tensor): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

describe("a state", () => {
  it("holds parameters, averages, optimizers, carry and the number of the step, and begins equal for equal keys", async () => {
    const { trainer, data: rows, key } = await assemble({ ...small, steps: 2 });
    const state = trainer.start(key, rows.train);
    const parts = [
      "params.energy",
      "average.energy",
      "optimizer.energy.m",
      "params.flow",
      "average.flow",
      "carry.chains",
      "step",
    ];
    for (const name of parts) expect(Object.keys(state)).toContain(name);
    expect(state).toEqual(trainer.start(key, rows.train));
    expect(state["params.energy"]).not.toEqual(trainer.start(fold(key, 1), rows.train)["params.energy"]);
    const { state: next } = await trainLoop({ ...(await assemble({ ...small, steps: 2 })).spec, state });
    expect(Object.keys(next).sort()).toEqual(Object.keys(state).sort());
    expect(numbers(next.step!)).toEqual([2]);
  });

  it("begins with given parameters, also those of a group that is not trained, which keeps them", async () => {
    const { trainer, spec, data: rows, key } = await assemble({ ...small, objective: { name: "cd" }, steps: 3 });
    const fresh = trainer.start(key, rows.train);
    const given = {
      energy: Float32Array.from(numbers(fresh["params.energy"]!), (v) => v + 0.1),
      flow: new Float32Array(fresh["params.flow"]!.data.length).fill(0.2),
    };
    const state = trainer.start(key, rows.train, given);
    expect(state["params.energy"]!.data).toEqual(given.energy);
    expect(state["average.energy"]!.data).toEqual(given.energy);
    const { state: after } = await trainLoop({ ...spec, state });
    expect(after["params.flow"]!.data).toEqual(given.flow);
    expect(after["params.energy"]!.data).not.toEqual(given.energy);
    expect(after).not.toHaveProperty("average.flow");
    expect(learned(after, "flow")!.data).toEqual(given.flow);
    expect(learned(after, "energy")!.data).toEqual(after["average.energy"]!.data);
  });
});

describe("frozen parameters", () => {
  it.each(["adam", "adamw", "sgd"])("never move, bit for bit, while the others do, with %s", async (name) => {
    // A decay that would be seen at once: η λ = 0.05 a step.
    const own = { name, learningRate: 0.05, ...(name === "adamw" ? { weightDecay: 1 } : {}) };
    const tilted = { ...energy, base: "flow" };
    const { spec, model } = await assemble({
      ...small,
      energy: tilted,
      pretrain: 1,
      optimizer: { energy: own },
      steps: 5,
    });
    const { state } = await trainLoop(spec);
    const split = model.flow!.layout.size;
    for (const name of ["params.energy", "average.energy"]) {
      const [before, after] = [spec.state, state].map((s: TrainState) => bytesOf(s[name]!));
      expect(after!.subarray(0, 4 * split)).toEqual(before!.subarray(0, 4 * split));
      expect(after!.subarray(4 * split)).not.toEqual(before!.subarray(4 * split));
    }
    expect(
      numbers(spec.state["params.energy"]!)
        .slice(0, split)
        .some((v) => v !== 0),
    ).toBe(true);
    // The flow is a proposal of its own, and goes on learning.
    expect(bytesOf(state["params.flow"]!)).not.toEqual(bytesOf(spec.state["params.flow"]!));
  });
});

describe("the moving average", () => {
  it.each([0.5, 0.999, 0])("is a ← d a + (1 − d) θ with d = min(%d, (1 + t)/(10 + t))", async (average) => {
    const { spec } = await assemble({ ...small, average, steps: 12 });
    const expected = numbers(spec.state["params.energy"]!);
    const after = (step: number, _: unknown, state: TrainState): undefined => {
      const d = Math.min(average, step / (9 + step)); // t = step − 1
      for (const [i, theta] of numbers(state["params.energy"]!).entries())
        expected[i] = d * expected[i]! + (1 - d) * theta;
      for (const [i, a] of numbers(state["average.energy"]!).entries()) expect(a).toBeCloseTo(expected[i]!, 6);
    };
    const { state } = await trainLoop(spec, { after });
    if (average === 0) expect(state["average.energy"]).toEqual(state["params.energy"]);
    else expect(state["average.energy"]).not.toEqual(state["params.energy"]);
  });
});

describe("a step", () => {
  it("gives what another run of it gave, and changes neither its state nor its batch", async () => {
    const { spec, key } = await assemble({ ...small, steps: 1 });
    const batch = { ...spec.data, data: spec.data.data.slice(0, 32), shape: [16, 2] };
    const before = [structuredClone(spec.state), structuredClone(batch)];
    const first = await spec.trainer.step(spec.state, batch, key);
    const other = await spec.trainer.step(spec.state, batch, fold(key, "other"));
    const again = await spec.trainer.step(spec.state, batch, key);
    expect(again).toEqual(first);
    expect(other.state).not.toEqual(first.state);
    expect([spec.state, batch]).toEqual(before);
  });
});
