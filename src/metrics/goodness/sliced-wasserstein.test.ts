import { describe, expect, it } from "vitest";
import { golden, rowsOf } from "../../../test/support/goodness-golden.js";
import { normalRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { mean, variance } from "../../util/moments.js";
import { tensor } from "../../util/tensor.js";
import { slicedWasserstein } from "./sliced-wasserstein.js";

const seed = makeKey(75);

describe("slicedWasserstein", () => {
  for (const { name, x, y, wasserstein1, wasserstein2 } of golden.pairs.filter((p) => p.wasserstein1 !== null))
    it(`is exact and certain on a line, where it agrees with SciPy: ${name}`, () => {
      const given = { x: rowsOf(x), y: rowsOf(y), key: seed };
      const first = slicedWasserstein(given, { projections: 5, order: 1 });
      const second = slicedWasserstein(given, { projections: 5 });
      expect(first.value).toBeCloseTo(wasserstein1!, 12);
      expect(second.value).toBeCloseTo(wasserstein2!, 12);
      for (const { standardError } of [first, second]) expect(standardError).toBeCloseTo(0, 12);
    });

  it("is |μ|/√d between N(0, I) and N(μ, I), of any two sizes", () => {
    const [d, shift] = [4, 1.5];
    const truth = shift;
    const x = normalRows(fold(seed, "x"), [1500, d]);
    const y = normalRows(fold(seed, "y"), [2000, d], shift);
    const { value, standardError } = slicedWasserstein({ x, y, key: seed });
    // The error of the directions, and √(1/n + 1/m)/√d of the means: 5 deviations, false alarm 6e-7.
    const error = Math.hypot(standardError!, Math.sqrt((1 / 1500 + 1 / 2000) / d));
    expect(error).toBeLessThan(0.05);
    expect(Math.abs(value - truth)).toBeLessThan(5 * error);
  });

  it("is 0 with no error between equal samples, however many times repeated", () => {
    const x = normalRows(seed, [12, 3]);
    const y = tensor(Float64Array.of(...x.data, ...x.data, ...x.data), [36, 3]);
    for (const order of [1, 2] as const)
      expect(slicedWasserstein({ x, y, key: seed }, { order, projections: 50 })).toEqual({
        value: 0,
        standardError: 0,
        interval: [0, 0],
        pValue: null,
      });
  });

  for (const order of [1, 2] as const)
    it(`has intervals that hold the mean over directions 95 times in 100: order ${order}`, () => {
      // A shifted sample is |θ · μ| away along θ: the mean over directions is known. In space θ₁ is uniform on [−1, 1].
      const x = normalRows(seed, [5, 3]);
      const y = tensor(
        x.data.map((v, i) => v + (i % 3 === 0 ? 6 : 0)),
        [5, 3],
      );
      const truth = order === 1 ? 3 : 6 / Math.sqrt(3);
      const repetitions = 300;
      let hits = 0;
      const values: number[] = [];
      const errors: number[] = [];
      for (let r = 0; r < repetitions; r++) {
        const { value, standardError, interval } = slicedWasserstein(
          { x, y, key: fold(seed, r) },
          { order, projections: 100 },
        );
        values.push(value);
        errors.push(standardError!);
        if (interval![0] <= truth && truth <= interval![1]) hits++;
      }
      // 95 % of 300 has deviation 1.26 %: 3 of them, false alarm 0.3 %.
      expect(Math.abs(hits / repetitions - 0.95)).toBeLessThan(0.038);
      // The spread of 300 values is known to 4 %: 4 deviations, false alarm 6e-5.
      expect(Math.abs(Math.sqrt(variance(values)) / mean(errors) - 1)).toBeLessThan(0.16);
    });
});
