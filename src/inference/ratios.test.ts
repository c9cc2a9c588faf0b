import { describe, expect, it } from "vitest";
import { makeEnergy } from "../energies/energy.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { add } from "../ops/arithmetic.js";
import { tensor } from "../util/tensor.js";
import { classify } from "./classify.js";
import { logRatio } from "./log-ratio.js";

const points = (...rows: readonly number[][]) => tensor(Float64Array.from(rows.flat()), [rows.length, rows[0]!.length]);
/** The same law with another log Z. */
const shifted = (mean: number, by: number) => {
  const inner = gaussianEnergy([1], mean, 1);
  return makeEnergy({ event: [1], energy: (x) => add(inner(x), by) });
};

describe("logRatio", () => {
  it("is the difference of log densities, whatever log Z is", async () => {
    const [a, b] = [points([1], [0], [3]), points([2], [0], [-1])];
    const expected = [1.5, 0, -4];
    for (const by of [0, 40]) {
      const ratios = await logRatio({ energy: shifted(0, by) }, a, b);
      for (const [i, v] of expected.entries()) expect(ratios[i]).toBeCloseTo(v, 10);
    }
  });

  it("refuses rows that do not pair up, and points of another shape", async () => {
    const model = { energy: shifted(0, 0) };
    await expect(logRatio(model, points([1]), points([1], [2]))).rejects.toThrow("1 rows against 2");
    await expect(logRatio(model, points([1, 2]), points([1, 2]))).rejects.toThrow("rows have shape (1, 2)");
  });
});

describe("classify", () => {
  // log-odds of N(1, 1) against N(−1, 1) are 2x, plus those of the priors.
  const x = points([0.4], [-2], [0.01]);

  it("is Bayes' rule, with log Z and priors", async () => {
    const models = [
      { energy: shifted(-1, 3), logZ: -3 },
      { energy: shifted(1, -7), logZ: 7, prior: 3 },
    ];
    const { classes, probabilities, note } = await classify(models, x);
    x.data.forEach((v, i) => {
      const p = 1 / (1 + Math.exp(-(2 * v + Math.log(3))));
      expect(probabilities.data[2 * i + 1]).toBeCloseTo(p, 10);
      expect(probabilities.data[2 * i]).toBeCloseTo(1 - p, 10);
      expect(classes[i]).toBe(p > 0.5 ? 1 : 0);
    });
    expect(note).toBeNull();
  });

  it("carries the errors of log Z to the log-odds", async () => {
    const logZ = { value: 0, standardError: 0.3 };
    const models = [
      { energy: shifted(-1, 0), logZ },
      { energy: shifted(1, 0), logZ: { value: 0, standardError: 0.4 } },
    ];
    const sure = await classify(models, x);
    expect(sure.logOdds[1]).toBeCloseTo(4, 10);
    for (const e of sure.logOddsError) expect(e).toBeCloseTo(0.5, 12);
    // |2x| is 0.8, 4 and 0.02, and two standard errors are 1.
    expect(sure.note).toMatch(/^2 of 3 rows/);
    const unknown = await classify([models[0]!, { ...models[1]!, logZ: { value: 0, standardError: null } }], x);
    expect(unknown.note).toMatch(/^3 of 3 rows/);
  });

  it("says what is wrong", async () => {
    const one = { energy: shifted(0, 0), logZ: 0 };
    await expect(classify([one], x)).rejects.toThrow("1 models");
    await expect(classify([one, { ...one, prior: 0 }], x)).rejects.toThrow("prior of class 1 is 0");
    await expect(classify([one, { ...one, logZ: Number.NaN }], x)).rejects.toThrow("log Z of class 1 is NaN");
  });
});
