import { expect, it } from "vitest";
import type { Planar } from "./declaration.js";
import { runUnit } from "./unit.js";

const method = (average: number): Planar["methods"][string] => ({
  ...{ title: "pcd", role: "ebm", steps: { full: 20 } },
  config: {
    ...{ energy: { name: "tilted", hidden: [8] }, flow: null, batch: 32, average },
    objective: { name: "pcd", chains: 16, localSteps: 2 },
    optimizer: { energy: { name: "adam", learningRate: 0.01, schedule: "constant" } },
  },
});

const declared: Planar = {
  ...{ name: "small", title: "Small", about: "Two modes, for the test.", cite: "nobody", intro: "Small." },
  seeds: { quick: 1, full: 1 },
  data: { dataset: "two-modes", options: { preset: "paper" }, points: 400 },
  zones: ["bottom left", "top right"],
  methods: { averaged: method(0.99), plain: method(0) },
  line: { from: [-2.5, -2.5], to: [2.5, 2.5], title: "along the diagonal" },
  trace: { title: "Weight", label: "weight", of: (w) => w[1]!, truth: 2 / 3, truthName: "truth" },
  measures: [],
  claims: () => [],
};

it("compares chains with the energy that they see, whatever average of it is kept", async () => {
  const [averaged, plain] = await Promise.all(
    ["averaged", "plain"].map((name) => runUnit(declared, { method: name, seed: 1, steps: 20 }, () => {})),
  );
  // One and the same training, whose average is elsewhere.
  expect(averaged!.learnt!.zones).toEqual(plain!.learnt!.zones);
  expect(Math.abs(averaged!.learnt!.weights.model[0]! - plain!.learnt!.weights.model[0]!)).toBeGreaterThan(0.01);
});
