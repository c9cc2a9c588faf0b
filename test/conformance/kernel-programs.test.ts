/** Whole programs by kernel rules alone, against the engine: samplers, and an iteration of a training. */

import { describe, expect, it } from "vitest";
import { whyNot } from "../../src/energies/needs.js";
import { neuralEnergy } from "../../src/energies/neural.js";
import { persistentContrastiveDivergence } from "../../src/objectives/methods/persistent-contrastive-divergence.js";
import { adam } from "../../src/optim/adam.js";
import { normal } from "../../src/random/draw.js";
import { fold, makeKey } from "../../src/random/key.js";
import type { Tensors } from "../../src/runtime/engine.js";
import * as members from "../../src/samplers/members.js";
import { compileTrainer } from "../../src/train/trainer.js";
import { cast } from "../../src/util/tensor.js";
import { hostKernel } from "../support/host-kernel.js";
import { kernelEngine } from "../support/kernel-engine.js";
import { correlated, listSamplers, targetOf } from "../support/sampler-targets.js";
import { numbers } from "../support/tensors.js";

const CHAINS = 3;
const key = makeKey(12);
const target = targetOf(correlated, CHAINS, "float64");
const samplers = listSamplers(members).filter((s) => whyNot(s, target) === null);

/** Names of tensors of which an element is off by more than a share of the largest. */
function different(mine: Tensors, engine: Tensors, share: number): string[] {
  expect(Object.keys(mine)).toEqual(Object.keys(engine));
  return Object.keys(mine).filter((name) => {
    const [a, e] = [numbers(mine[name]!), numbers(engine[name]!)];
    const size = Math.max(1, ...e.filter(Number.isFinite).map(Math.abs));
    return a.length !== e.length || a.some((v, i) => !(Object.is(v, e[i]) || Math.abs(v - e[i]!) <= share * size));
  });
}

describe("a step of", () => {
  it.each(samplers.map((s) => [s.name, s] as const))("%s", async (_, sampler) => {
    const make = (where = {}) => hostKernel((t) => sampler(t), target, "float64", where);
    const [mine, engine] = [await make({ engine: kernelEngine }), await make()];
    const x = cast(correlated.draw(fold(key, "start"), CHAINS), "float64");
    const [a, e] = [await mine.init(x), await engine.init(x)];
    expect(different(a, e, 1e-12)).toEqual([]);
    const [after, expected] = [await mine.walk(e, key, 2), await engine.walk(e, key, 2)];
    expect(different(after.state, expected.state, 1e-10)).toEqual([]);
    expect(different(after.info, expected.info, 1e-10)).toEqual([]);
  });
});

it("an iteration of a training, chains included", async () => {
  const energy = neuralEnergy([2], { hidden: [8, 8], activation: "silu", residual: false });
  const model = { event: [2], energy };
  const data = normal(key, [4, 2]);
  const step = async (where = {}) => {
    const iteration = persistentContrastiveDivergence(model, 4, { chains: 4, localSteps: 3 });
    const optimizers = { energy: adam.make({ learningRate: 0.01 }) };
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: 4, average: 0, ...where });
    return trainer.step(trainer.start(key, data), data, key);
  };
  const [mine, engine] = [await step({ engine: kernelEngine }), await step()];
  expect(different(mine.state, engine.state, 1e-5)).toEqual([]);
  expect(different(mine.state, engine.state, 0)).not.toEqual([]);
});
