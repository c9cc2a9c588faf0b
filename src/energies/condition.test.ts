import { describe, expect, it } from "vitest";
import { discreteLaw } from "../../test/support/discrete.js";
import { energiesAt, slopeErrors } from "../../test/support/energy-values.js";
import { correlated } from "../../test/support/sampler-targets.js";
import { chainErrors } from "../../test/support/statistics.js";
import { numbers } from "../../test/support/tensors.js";
import { chainsOf } from "../metrics/chains/chains.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { sample } from "../samplers/driver/sample.js";
import { gibbs } from "../samplers/kernels/gibbs.js";
import { gibbsWithGradients } from "../samplers/kernels/gibbs-with-gradients.js";
import { tensor } from "../util/tensor.js";
import { condition } from "./condition.js";
import { gaussianEnergy } from "./gaussian.js";
import { isingEnergy } from "./ising.js";
import { whyNot } from "./needs.js";
import { neuralEnergy } from "./neural.js";
import { pottsEnergy } from "./potts.js";

const key = makeKey(405);
const spins = isingEnergy([2, 3], { coupling: 0.8, field: 0.4, boundary: "free", learn: false });

describe("condition", () => {
  it("is the energy of the whole points, coordinates in their places", async () => {
    const network = neuralEnergy([2, 3], { hidden: [5], activation: "silu", residual: false });
    const rest = condition(network, [4, 0], [0.5, -2]);
    expect(rest.event).toEqual([4]);
    expect(rest.layout).toBe(network.layout);
    const params = rest.init(key, normal(fold(key, "rows"), [7, 4]));
    const free = tensor(Float64Array.of(1, 2, 3, 5, -1, -2, -3, -5), [2, 4]);
    const whole = rest.complete(free);
    expect(whole.shape).toEqual([2, 2, 3]);
    expect(numbers(whole)).toEqual([-2, 1, 2, 3, 0.5, 5, -2, -1, -2, -3, 0.5, -5]);
    expect(await energiesAt(rest, free, params)).toEqual(await energiesAt(network, whole, params));
    expect(await slopeErrors(rest, free, params)).toEqual([]);
    expect([rest.exact, rest.smoothed, rest.blocks]).toEqual([undefined, undefined, undefined]);
  });

  it("of a correlated Gaussian is drawn as its conditional law", async () => {
    const rest = condition(correlated.energy, [0], [1.5]);
    const { x } = await sample({ energy: rest, chains: 8, warmup: 300, draws: 400, key });
    expect(chainErrors("x₂ given x₁", chainsOf(x), { mean: 0.8 * 1.5, variance: 1 - 0.8 ** 2 }, 400)).toEqual([]);
    expect(rest.complete(x).shape).toEqual([8, 400, 2]);
  });

  it("of spins has the conditional law of the free ones, by a sampler too", async () => {
    const rest = condition(spins, [1, 3], [-1, 1]);
    const joint = await discreteLaw((s) => spins(s), spins.support, [2, 3]);
    const own = await discreteLaw((s) => rest(s), rest.support, rest.event);
    const d = 6;
    const picked = joint.probabilities.filter(
      (_, i) => joint.states.data[i * d + 1] === -1 && joint.states.data[i * d + 3] === 1,
    );
    const total = picked.reduce((s, p) => s + p, 0);
    for (const [i, p] of own.probabilities.entries()) expect(p).toBeCloseTo(picked[i]! / total, 13);
    expect(whyNot(gibbs, rest as never)).toContain("needs conditional laws of blocks of coordinates");
    const run = { energy: rest, sampler: gibbsWithGradients, chains: 1500, warmup: 40, draws: 1, key };
    // Chance of a false alarm: 3e-6.
    expect(own.score(tensor((await sample(run)).x.data, [1500, 4]))).toBeLessThan(4.5);
  });

  it("gives categorical points site by site", async () => {
    const potts = pottsEnergy([1, 2, 3], { coupling: 1, field: [], boundary: "free", learn: false });
    const rest = condition(potts, [0, 1, 2], [0, 1, 0]);
    expect(rest.event).toEqual([1, 3]);
    const law = await discreteLaw((s) => rest(s), rest.support, rest.event);
    const share = Math.E / (Math.E + 2);
    for (const [i, p] of law.probabilities.entries()) expect(p).toBeCloseTo(i === 1 ? share : (1 - share) / 2, 13);
    expect(() => condition(potts, [0], [1])).toThrow("condition: site 0 is given as 1, free, free; expected one 1");
    expect(() => condition(potts, [0, 1, 2], [0, 0, 0])).toThrow("condition: site 0 is given as 0, 0, 0");
  });

  it("refuses what clamps nothing, everything, or what is no point", () => {
    const flat = gaussianEnergy([3], 0, 1);
    expect(() => condition(flat, [0, 1], [1])).toThrow("condition: 1 values for 2 coordinates; expected one each");
    expect(() => condition(flat, [3], [1])).toThrow(
      "condition: there is no coordinate 3; points have 3, numbered from 0",
    );
    expect(() => condition(flat, [1, 1], [1, 2])).toThrow("condition: coordinate 1 is given twice");
    expect(() => condition(flat, [], [])).toThrow("condition: no coordinates are given");
    expect(() => condition(flat, [0, 1, 2], [1, 2, 3])).toThrow("condition: every coordinate is given");
    expect(() => condition(flat, [0], [Number.NaN])).toThrow(
      "condition: coordinate 0 is given as NaN, and points are real",
    );
    expect(() => condition(spins, [0], [0])).toThrow(
      "condition: coordinate 0 is given as 0, and points are binary (-1 or 1)",
    );
  });
});
