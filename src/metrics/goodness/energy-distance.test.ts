import { describe, expect, it } from "vitest";
import { normalCdf } from "../../../test/support/goodness.js";
import { golden, rowsOf } from "../../../test/support/goodness-golden.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { normalRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { energyDistance } from "./energy-distance.js";

const seed = makeKey(74);
const none = { permutations: 0 };

describe("energyDistance", () => {
  for (const { name, x, y, energy } of golden.pairs)
    it(`agrees with SciPy: ${name}`, () => {
      expect(energyDistance({ x: rowsOf(x), y: rowsOf(y), key: seed }, none).value).toBeCloseTo(energy, 12);
    });

  it("is twice the distance of two points, and nothing between equal samples", () => {
    const at = (...row: number[]) => rowsOf([row, row, row]);
    expect(energyDistance({ x: at(1, 2), y: at(4, 6), key: seed }, none).value).toBeCloseTo(10, 14);
    const x = normalRows(seed, [9, 2]);
    // Of the same rows none is farther apart than any split of them: every permutation counts.
    expect(energyDistance({ x, y: x, key: seed })).toMatchObject({ value: expect.closeTo(0, 14), pValue: 1 });
  });

  it("has its closed form on average between normals", () => {
    // E|Z| of N(m, 2) is 2 π^(−1/2) e^(−m²/4) + m (1 − 2Φ(−m/√2)); a mean over n² pairs has n zeros on its diagonal.
    const [n, m, shift] = [10, 15, 1.2];
    const folded = (c: number): number =>
      (2 / Math.sqrt(Math.PI)) * Math.exp((-c * c) / 4) + c * (1 - 2 * normalCdf(-c / Math.SQRT2));
    const truth = 2 * folded(shift) - (1 - 1 / n) * folded(0) - (1 - 1 / m) * folded(0);
    const values = Array.from({ length: 800 }, (_, r) => {
      const key = fold(seed, r);
      const [x, y] = [normalRows(fold(key, "x"), [n, 1]), normalRows(fold(key, "y"), [m, 1], shift)];
      return energyDistance({ x, y, key }, none).value;
    });
    expect(expectedMeanErrors("energy distance", values, truth)).toEqual([]);
    // The check finds the mean over pairs of different rows.
    expect(expectedMeanErrors("energy distance", values, 2 * folded(shift) - 2 * folded(0))).not.toEqual([]);
  });
});
