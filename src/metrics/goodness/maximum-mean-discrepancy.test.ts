import { describe, expect, it } from "vitest";
import { golden, rowsOf } from "../../../test/support/goodness-golden.js";
import { expectedMeanErrors } from "../../../test/support/statistics.js";
import { normalRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { maximumMeanDiscrepancy } from "./maximum-mean-discrepancy.js";

const seed = makeKey(73);

describe("maximumMeanDiscrepancy", () => {
  for (const { name, x, y, bandwidth, rbf, imq } of golden.pairs)
    it(`agrees with scikit-learn: ${name}`, () => {
      const given = { x: rowsOf(x), y: rowsOf(y), key: seed };
      const found = maximumMeanDiscrepancy(given);
      expect(found.bandwidth).toBeCloseTo(bandwidth, 12);
      expect(found.value).toBeCloseTo(rbf, 12);
      expect(maximumMeanDiscrepancy(given, { kernel: "imq" }).value).toBeCloseTo(imq, 12);
      const far = maximumMeanDiscrepancy(given, { bandwidth: 1e4 * bandwidth });
      expect(far.bandwidth).toBe(1e4 * bandwidth);
      expect(Math.abs(far.value)).toBeLessThan(1e-5);
    });

  it("has its closed form on average between normals, at any size", () => {
    // x − x′ ~ N(0, 2I), x − y ~ N(−μ1, 2I), and E exp(−|z|²/2b²) = (b²/(b² + 2))^(d/2) exp(−|m|²/(2(b² + 2))) of N(m, 2I).
    const [d, shift, h] = [3, 0.7, 1.3];
    const truth = [0.25, 0.5, 1, 2, 4].reduce((sum, s) => {
      const b = (s * h) ** 2;
      return sum + 2 * (b / (b + 2)) ** (d / 2) * -Math.expm1((-d * shift ** 2) / (2 * (b + 2)));
    }, 0);
    const values = Array.from({ length: 400 }, (_, r) => {
      const key = fold(seed, r);
      const [x, y] = [normalRows(fold(key, "x"), [12, d]), normalRows(fold(key, "y"), [20, d], shift)];
      return maximumMeanDiscrepancy({ x, y, key }, { bandwidth: h, permutations: 0 }).value;
    });
    expect(expectedMeanErrors("MMD²", values, truth)).toEqual([]);
    // The check finds the mean with the diagonal left in.
    expect(
      expectedMeanErrors(
        "MMD²",
        values.map((v) => v + 5 / 12 + 5 / 20),
        truth,
      ),
    ).not.toEqual([]);
  });

  it("asks for a bandwidth where most rows coincide", () => {
    const x = rowsOf([[1], [1], [1], [1]]);
    const given = { x, y: rowsOf([[1], [2]]), key: seed };
    expect(() => maximumMeanDiscrepancy(given)).toThrow(NumericError);
    // Pairs of x: 1; the pair of y: k(1) = 2^(−1/2); across: half of them 1, half 2^(−1/2).
    const { value } = maximumMeanDiscrepancy(given, { kernel: "imq", bandwidth: 1 });
    expect(value).toBeCloseTo(1 + Math.SQRT1_2 - (1 + Math.SQRT1_2), 14);
  });
});
