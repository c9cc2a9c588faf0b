/** Every flow of vectors of the registry, trained in earnest: alone by likelihood, and as the proposal beside an energy. */

import { describe, expect, it } from "vitest";
import { moons } from "../../src/data/moons.js";
import type { FlowDeclaration } from "../../src/flows/declare-flow.js";
import * as members from "../../src/flows/members.js";
import { makeKey } from "../../src/random/key.js";
import { fit as fitted } from "../../src/train/fit.js";

const rows = moons({}).draw(makeKey(103), 1500);
const small = { hidden: [16], base: "gaussian" };
/** Whether it is a fit to the rows as it starts, and nothing of it is learned. */
const isGiven = (flow: FlowDeclaration): boolean => flow({}, [2]).layout.leaves.every(({ frozen }) => frozen);
const all = (Object.values(members) as readonly unknown[] as readonly FlowDeclaration[]).filter(
  ({ eventKind }) => eventKind === "vector",
);
const [given, names] = [true, false].map((way) => all.filter((f) => isGiven(f) === way).map(({ name }) => name));

describe.each(given!)("flow %s", (name) => {
  it("is better than a Gaussian before anything is learned, and proposes jumps that are accepted", async () => {
    const seen: number[] = [];
    const { evaluation } = await fitted(rows, {
      ...{ flow: { name }, energy: { name: "tilted", base: "flow", hidden: [16] } },
      ...{ objective: { name: "balanced", chains: 32, localSteps: 2 }, batch: 128, steps: 10, draws: 1000 },
      progress: (_, { globalAcceptance }) => void seen.push(globalAcceptance!),
    });
    expect(evaluation.gain.value).toBeGreaterThan(0.1);
    expect(Math.min(...seen)).toBeGreaterThan(0.5);
  });
});

describe.each(names!)("flow %s", (name) => {
  const whole = { flow: { name, layers: name === "planar" ? 8 : 4, ...small }, batch: 128, average: 0.98 };

  it("learns two moons by maximum likelihood better than a Gaussian does, and not by one step", async () => {
    const alone = { ...whole, objective: { name: "flow-likelihood" }, optimizer: { flow: { learningRate: 1e-2 } } };
    const gain = async (steps: number): Promise<number> =>
      (await fitted(rows, { ...alone, steps })).evaluation.gain.value;
    const [begun, trained] = [await gain(1), await gain(200)];
    expect(trained).toBeGreaterThan(0.1);
    expect(trained).toBeGreaterThan(begun + 0.1);
  });

  it("proposes jumps that balanced training accepts", async () => {
    const seen: Readonly<Record<string, number>>[] = [];
    await fitted(rows, {
      ...whole,
      energy: { name: "tilted", hidden: [16] },
      objective: { name: "balanced", chains: 32, localSteps: 2 },
      steps: 60,
      draws: 1000,
      progress: (_, metrics) => void seen.push(metrics),
    });
    expect(seen.length).toBe(60);
    for (const metrics of seen) expect(metrics.globalAcceptance).toBeGreaterThan(0.5);
  });
});
