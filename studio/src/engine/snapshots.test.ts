import { tensor } from "ebbflow";
import { describe, expect, it } from "vitest";
import { newSnapshots } from "./snapshots.js";

const numbers = new Float64Array(2);
const taken = (
  snapshots: ReturnType<typeof newSnapshots>,
  step: number,
  stage: "training" | "pretraining" = "training",
) =>
  snapshots.record({
    at: () => ({ stage, step, steps: 1000 }),
    state: () => ({ "params.energy": tensor(numbers.fill(step), [2]), "optimizer.energy.m": tensor(numbers, [2]) }),
  });

describe("snapshots of a training", () => {
  it("are at most so many, evenly apart, each as it was", () => {
    const snapshots = newSnapshots();
    for (let step = 0; step <= 1000; step++) {
      taken(snapshots, step);
      expect(snapshots.all().length).toBeLessThanOrEqual(64);
    }
    expect(snapshots.all().map(({ step }) => step)).toEqual(Array.from({ length: 63 }, (_, i) => 16 * i));
    for (const { step, tensors } of snapshots.all()) {
      expect(Object.keys(tensors)).toEqual(["params.energy"]);
      expect([...tensors["params.energy"]!.data]).toEqual([step, step]);
    }
  });

  it("have nothing of later than where a training was set back to, nor of the fit of its flow", () => {
    const snapshots = newSnapshots();
    taken(snapshots, 5, "pretraining");
    for (const step of [0, 1, 2, 3, 4, 2, 3]) taken(snapshots, step);
    expect(snapshots.all().map(({ step }) => step)).toEqual([0, 1, 2, 3]);
  });
});
