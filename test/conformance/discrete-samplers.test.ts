/** Every sampler of the registry that moves discrete points: its facts, purity, caches, support and law. */

import { describe, expect, it } from "vitest";
import { gaussianEnergy } from "../../src/energies/gaussian.js";
import { whyNot } from "../../src/energies/needs.js";
import { fold, makeKey } from "../../src/random/key.js";
import { drawNoise } from "../../src/random/noise.js";
import type { Tensors } from "../../src/runtime/engine.js";
import { sample } from "../../src/samplers/driver/sample.js";
import * as members from "../../src/samplers/members.js";
import { targetOf } from "../../src/samplers/target.js";
import { InputError } from "../../src/util/errors.js";
import { listOptions } from "../../src/util/options.js";
import { mapValues } from "../../src/util/records.js";
import { cast, type FloatTensor, tensor } from "../../src/util/tensor.js";
import { pointsOf, stateNumbers } from "../support/discrete.js";
import { arrivalScore, discreteTargets, invarianceScore, kernelTarget } from "../support/discrete-targets.js";
import { hostKernel } from "../support/host-kernel.js";
import { listSamplers } from "../support/sampler-targets.js";
import { numbers, worstDifference } from "../support/tensors.js";

const CHAINS = 16;
const key = makeKey(50);
const samplers = listSamplers(members).filter((s) => (s.support ?? "real") !== "real");
const copyOf = (tensors: Tensors) => mapValues(tensors, (t) => numbers(t));

it("has members that move discrete points", () => {
  expect(samplers.length).toBeGreaterThan(1);
});

describe.each(samplers.map((s) => [s.name, s] as const))("sampler %s", (_, sampler) => {
  it("says of itself what the set asks for, and refuses what it cannot move", () => {
    expect(sampler.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sampler.about).toMatch(/^[A-Z].*\.$/);
    expect(sampler.cite).toMatch(/\(\d{4}\)/);
    for (const option of listOptions(sampler.options)) {
      expect(option.about, option.name).not.toBe("");
      expect(option.default, option.name).not.toBeNull();
    }
    const fitting = kernelTarget(discreteTargets[0]!, CHAINS);
    expect(() => sampler(fitting, { movs: 1 })).toThrow(`sampler ${sampler.name}: unknown option movs`);
    const onReals = targetOf({ energy: gaussianEnergy([2], 0, 1) }, {}, CHAINS);
    expect(() => sampler(onReals)).toThrow(InputError);
    const { blocks: _, ...blockless } = fitting;
    if (sampler.needs?.includes("blocks")) expect(() => sampler(blockless)).toThrow(InputError);
    else expect(() => sampler(blockless)).not.toThrow();
  });

  const targets = discreteTargets.filter((target) => !whyNot(sampler, kernelTarget(target, CHAINS)));

  it("finds models here that it can move", () => {
    expect(targets.length).toBeGreaterThan(0);
  });

  describe.each(targets.map((t) => [t.name, t] as const))("on %s", (_, target) => {
    const { support, event } = target.energy;
    const start = pointsOf(support, fold(key, "start"), CHAINS, event);
    const doubles = () => hostKernel((t) => sampler(t), kernelTarget(target, CHAINS, "float64"), "float64");

    it("is pure, and keeps the shapes of its state", async () => {
      const kernel = await doubles();
      const state = await kernel.init(start);
      const noise = drawNoise(key, kernel.noise);
      const before = [copyOf(state), copyOf(noise)];
      const [first, second] = [await kernel.step(state, noise), await kernel.step(state, noise)];
      expect(copyOf(second.state)).toEqual(copyOf(first.state));
      expect(copyOf(second.info)).toEqual(copyOf(first.info));
      expect([copyOf(state), copyOf(noise)]).toEqual(before);
      expect(copyOf(first.state)).not.toEqual(before[0]);
      expect(state.x!.shape).toEqual([CHAINS, ...event]);
      const types = (s: Tensors) => mapValues(s, (t) => [t.dtype, ...t.shape]);
      expect(types(first.state)).toEqual(types(state));
      for (const [name, t] of Object.entries(first.info)) {
        expect([t.dtype, ...t.shape]).toEqual(["float64", CHAINS]);
        if (name.toLowerCase().endsWith("acceptance"))
          for (const a of numbers(t)) expect(a >= 0 && a <= 1, `${name} ${a}`).toBe(true);
      }
    });

    it("carries no stale cache: after 20 steps its state, but for its memory, is made afresh from its positions", async () => {
      const kernel = await doubles();
      const { state } = await kernel.walk(await kernel.init(start), key, 20);
      const fresh = await kernel.init(state.x!);
      expect(Object.keys(state).sort()).toEqual(Object.keys(fresh).sort());
      for (const name of Object.keys(fresh))
        if (!sampler.memory?.includes(name))
          expect(worstDifference(state[name]!, fresh[name]!), name).toBeLessThan(1e-12);
    });

    // A population moves together.
    if (!sampler.interacts) {
      it("moves every chain by itself", async () => {
        const kernel = await doubles();
        const walked = async (x: FloatTensor) => (await kernel.walk(await kernel.init(x), key, 5)).state.x!;
        const alone = await walked(start);
        const moved = start.data.slice();
        const d = moved.length / CHAINS;
        const other = Array.from({ length: CHAINS }, (_, i) => i).find(
          (i) => start.data.subarray(i * d, (i + 1) * d).join() !== start.data.subarray(3 * d, 4 * d).join(),
        )!;
        moved.set(start.data.subarray(other * d, (other + 1) * d), 3 * d);
        const among = await walked(tensor(moved, start.shape));
        for (let i = 0; i < CHAINS; i++)
          if (i !== 3)
            expect(numbers(among).slice(i * d, (i + 1) * d)).toEqual(numbers(alone).slice(i * d, (i + 1) * d));
      });
    }

    // Chance of a false alarm: 3e-6 each.
    it("keeps exact draws exact, and arrives from the least likely state", async () => {
      // What is remembered beside the positions has a law of its own, which it does not start with.
      if (!sampler.memory) expect(await invarianceScore(sampler, target)).toBeLessThan(4.5);
      expect(await arrivalScore(sampler, target, 1)).toBeGreaterThan(4.5);
      // The slowest mode, of random flips on the lattice, has eigenvalue 0.968: 160 steps leave 0.6 % of it.
      expect(await arrivalScore(sampler, target, 160)).toBeLessThan(4.5);
    });

    it("gives draws of the support by the driver, the same for the same key", async () => {
      const run = { energy: target.energy, params: target.params, sampler, chains: 8, warmup: 5, draws: 10, key };
      const { x } = await sample(run);
      expect(x.shape).toEqual([8, 10, ...event]);
      const flat = tensor(cast(x, "float64").data, [80, ...event]);
      expect(new Set(stateNumbers(support, flat)).size).toBeGreaterThan(5);
      expect(numbers((await sample(run)).x)).toEqual(numbers(x));
    });
  });
});
