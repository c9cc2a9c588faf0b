import { describe, expect, it } from "vitest";
import { normalCdf } from "../../../test/support/goodness.js";
import { rowsOf } from "../../../test/support/goodness-golden.js";
import { normalRows } from "../../../test/support/two-samples.js";
import { fold, makeKey } from "../../random/key.js";
import { classifierTwoSample } from "./classifier-two-sample.js";

const seed = makeKey(76);

describe("classifierTwoSample", () => {
  it("tells samples apart that do not overlap: one split in all that there are", () => {
    const x = normalRows(fold(seed, "x"), [10, 2]);
    const y = normalRows(fold(seed, "y"), [25, 2], 100);
    // Five rows of each are classified: 1/C(10, 5).
    expect(classifierTwoSample({ x, y, key: seed })).toEqual({
      value: 1,
      standardError: 0,
      interval: [expect.closeTo(0.7225, 4), 1],
      pValue: expect.closeTo(1 / 252, 12),
      neighbours: 3,
      tested: 10,
    });
  });

  it("comes near the best accuracy, Φ(δ/2) for normals δ apart, and never above it", () => {
    const [n, shift] = [3000, 1];
    const x = normalRows(fold(seed, "x"), [n, 1]);
    const y = normalRows(fold(seed, "y"), [n, 1], shift);
    const { value, interval, tested, neighbours, standardError } = classifierTwoSample({ x, y, key: seed });
    const best = normalCdf(shift / 2);
    expect([tested, neighbours]).toEqual([3000, 55]);
    // 4 standard errors: false alarm 3e-5. Nearest neighbours lose little more than nothing on a line.
    expect(Math.abs(value - best)).toBeLessThan(4 * standardError! + 0.01);
    expect(interval![1] - interval![0]).toBeCloseTo(2 * 1.96 * standardError!, 3);
    expect(interval![0]).toBeLessThan(best);
  });

  it("has nothing to say of constant rows: every distance is a tie", () => {
    const x = rowsOf([[1], [1], [1], [1], [1]]);
    expect(classifierTwoSample({ x, y: x, key: seed })).toMatchObject({ value: 0.5, pValue: 1 });
  });

  it("takes another number of neighbours", () => {
    const x = normalRows(fold(seed, "x"), [10, 1]);
    expect(classifierTwoSample({ x, y: x, key: seed }, { neighbours: 10 })).toMatchObject({
      neighbours: 10,
      value: 0.5,
    });
    expect(classifierTwoSample({ x, y: x, key: seed }, { neighbours: 1 }).neighbours).toBe(1);
  });

  it("works on the least there is", () => {
    const given = { x: rowsOf([[0], [0.1]]), y: rowsOf([[5], [5.1]]), key: seed };
    expect(classifierTwoSample(given)).toMatchObject({
      value: 1,
      neighbours: 1,
      tested: 2,
      pValue: expect.closeTo(0.5, 14),
    });
  });
});
