import { describe, expect, it } from "vitest";
import { discreteLaw } from "../../test/support/discrete.js";
import { casesOf, contextOf, energies, shapesOf } from "../../test/support/energy-cases.js";
import { energiesAt, slopeErrors } from "../../test/support/energy-values.js";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { sample } from "../samplers/driver/sample.js";
import { gibbs } from "../samplers/kernels/gibbs.js";
import { tensor } from "../util/tensor.js";
import { gaussianEnergy } from "./gaussian.js";
import { isingEnergy } from "./ising.js";
import { whyNot } from "./needs.js";
import { rbmEnergy } from "./rbm.js";
import { temper } from "./temper.js";

const key = makeKey(403);
const spins = isingEnergy([2, 3], { coupling: 0.8, field: 0.4, boundary: "free", learn: false });

describe("temper", () => {
  it("of a Gaussian at β is the Gaussian of variance σ²/β, up to a constant", async () => {
    const x = normal(fold(key, "x"), [5, 2], "float64");
    const cold = temper(gaussianEnergy([2], [1, -1], [2, 0.5]), 4);
    const expected = await energiesAt(gaussianEnergy([2], [1, -1], [1, 0.25]), x);
    const offsets = (await energiesAt(cold, x)).map((e, i) => e - expected[i]!);
    for (const o of offsets) expect(o).toBeCloseTo(offsets[0]!, 11);
    expect(await slopeErrors(cold, x)).toEqual([]);
    expect([cold.exact, cold.smoothed]).toEqual([undefined, undefined]);
  });

  it("of spins is drawn by their own blocks as exp(−βE), and not as exp(−E)", async () => {
    const warm = temper(spins, 0.4);
    const { x } = await sample({ energy: warm, sampler: gibbs, chains: 2000, warmup: 30, draws: 1, key });
    const after = tensor(x.data, [2000, 2, 3]);
    // Chance of a false alarm: 3e-6.
    expect((await discreteLaw((s) => warm(s), spins.support, [2, 3])).score(after)).toBeLessThan(4.5);
    expect((await discreteLaw((s) => spins(s), spins.support, [2, 3])).score(after)).toBeGreaterThan(4.5);
  });

  it("multiplies with the inverse temperature that is asked of the blocks", async () => {
    const states = (await discreteLaw((s) => spins(s), spins.support, [2, 3])).states;
    const twice = temper(temper(spins, 0.5), 0.6);
    const none = constant(tensor(new Float64Array(0)));
    const { found } = await evaluate({ found: twice.blocks!.tempered(constant(states), none, 0.5) });
    const expected = (await energiesAt(spins, states)).map((e) => 0.15 * e);
    for (const [i, e] of numbers(found).entries()) expect(e).toBeCloseTo(expected[i]!, 13);
  });

  it("passes no blocks on where they temper another law", () => {
    const machine = temper(rbmEnergy([3], { hiddenUnits: 2, weightScale: 1 }), 0.5);
    expect(machine.blocks).toBeUndefined();
    expect(whyNot(gibbs, machine as never)).toContain("needs conditional laws of blocks of coordinates");
    expect(whyNot(gibbs, temper(spins, 2) as never)).toBeNull();
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses β = %s", (beta) => {
    expect(() => temper(spins, beta)).toThrow(`temper: beta is ${beta}; expected a positive finite number`);
  });
});

const shapes = [[6], [4, 2], [2, 2, 3]];
const withBlocks = casesOf(
  energies.filter((declare) => shapesOf(declare, shapes).some((event) => declare({}, contextOf(event)).blocks)),
  (declare) => shapesOf(declare, shapes).slice(0, 1),
);

it.each(withBlocks)("blocks of energy %s scale exactly where they say so", async (_, { energy, params, points }) => {
  const { e } = await evaluate({ e: energy.blocks!.tempered(constant(points), constant(params), 0.3) });
  const own = await energiesAt(energy, points, params.data);
  const offsets = numbers(e).map((v, i) => v - 0.3 * own[i]!);
  const spread = Math.max(...offsets) - Math.min(...offsets);
  expect(spread < 1e-11).toBe(energy.blocks!.scales === true);
});
