import { describe, expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { enumeration, statesOf } from "../metrics/log-z/enumeration.js";
import { constant } from "../ops/leaf.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { InputError } from "../util/errors.js";
import { type FloatTensor, type Shape, tensor } from "../util/tensor.js";
import type { Energy } from "./energy.js";
import { isingEnergy } from "./ising.js";
import { potts } from "./potts.js";

const valuesOf = async (energy: Energy, x: FloatTensor, params?: Float64Array): Promise<number[]> =>
  numbers((await evaluate({ e: energy(constant(x), params && constant(tensor(params))) })).e);

const at = (event: Shape, options: Parameters<typeof potts>[0]): Energy => potts(options, { event });

const summed = async (energy: Energy): Promise<number> =>
  (await enumeration(async (x) => (await valuesOf(energy, x)).map((e) => -e), energy)).logZ;

/** Categories of sites as one-hot vectors. */
const oneHotOf = (categories: readonly number[], q: number): number[] =>
  categories.flatMap((k) => Array.from({ length: q }, (_, i) => (i === k ? 1 : 0)));

describe("potts", () => {
  it("counts equal neighbours once, and the field of every site", async () => {
    const energy = at([2, 3, 3], { coupling: 2, field: [1, 0, -0.5], boundary: "free" });
    const x = tensor(
      Float64Array.from([...oneHotOf([0, 0, 1, 0, 2, 1], 3), ...oneHotOf([2, 2, 2, 2, 2, 2], 3)]),
      [2, 2, 3, 3],
    );
    // 0 0 1 over 0 2 1: equal are the first two of the first row and two of the three columns.
    expect(await valuesOf(energy, x)).toEqual([-2 * 3 - (3 - 0.5), -2 * 7 + 3]);
  });

  it("is Ising at half the coupling where there are two categories", async () => {
    for (const boundary of ["free", "periodic"] as const) {
      const two = at([4, 2, 2], { coupling: 1.2, field: [-0.3, 0.3], boundary });
      const spins = isingEnergy([4, 2], { coupling: 0.6, field: 0.3, boundary, learn: false });
      const [a, b] = [
        await valuesOf(two, statesOf(two.support, two.event, 0, 256)),
        await valuesOf(spins, statesOf(spins.support, spins.event, 0, 256)),
      ];
      const bonds = boundary === "free" ? 10 : 16;
      for (const [i, e] of a.entries()) expect(e).toBeCloseTo(b[i]! - 0.6 * bonds, 12);
      expect(two.exact!.logZ).toBeCloseTo(spins.exact!.logZ + 0.6 * bonds, 11);
    }
  });

  it("knows its log Z, as a sum over all states has it", async () => {
    for (const energy of [
      at([2, 3, 3], { coupling: 0.8, field: [0.5, 0, -1], boundary: "free" }),
      at([2, 4, 3], { coupling: 0.6 }),
      at([3, 2, 4], { coupling: -0.9, field: [0, 0.2, 0.4, 0.6], boundary: "free" }),
    ])
      expect(energy.exact!.logZ).toBeCloseTo(await summed(energy), 11);
  });

  it("learns coupling and field when asked, from the numbers given", async () => {
    const energy = at([2, 2, 3], { coupling: 0.5, learn: true });
    const x = statesOf(energy.support, energy.event, 0, 81);
    expect([...energy.init(makeKey(0))]).toEqual([0.5, 0, 0, 0]);
    expect(energy.exact).toBeUndefined();
    const fixed = at([2, 2, 3], { coupling: -0.25, field: [1, 2, 4] });
    expect(await valuesOf(energy, x, Float64Array.of(-0.25, 1, 2, 4))).toEqual(await valuesOf(fixed, x));
  });

  it("refuses what is no lattice of categories, odd rings, and a field that does not fit", () => {
    expect(() => at([4, 4], {})).toThrow(InputError);
    expect(() => at([4, 4], {})).toThrow("energy potts: points are (height, width, categories), got (4, 4)");
    expect(() => at([4, 5, 3], {})).toThrow("a periodic lattice needs even sides, got 4 by 5");
    expect(() => at([4, 4, 3], { field: [1, 2] })).toThrow("option field has 2 numbers for 3 categories");
  });
});
