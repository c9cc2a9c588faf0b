import { describe, expect, it } from "vitest";
import { energiesAt, slopeErrors } from "../../test/support/energy-values.js";
import { chainErrors } from "../../test/support/statistics.js";
import { chainsOf } from "../metrics/chains/chains.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { sample } from "../samplers/driver/sample.js";
import { gaussianEnergy } from "./gaussian.js";
import { negate } from "./negate.js";
import { neuralEnergy } from "./neural.js";

const key = makeKey(404);
const x = normal(fold(key, "x"), [5, 2], "float64");
// Precision 4 − 0.5 · 2 = 3, and mean (4 · 1 − 0.5 · 2 · (−2)) / 3 = 2.
const away = negate(gaussianEnergy([2], 1, 0.5), gaussianEnergy([2], -2, Math.SQRT1_2), 0.5);

describe("negate", () => {
  it("of Gaussians is the Gaussian of the precisions' difference, away from what it is unlike", async () => {
    const expected = await energiesAt(gaussianEnergy([2], 2, 1 / Math.sqrt(3)), x);
    const offsets = (await energiesAt(away, x)).map((e, i) => e - expected[i]!);
    for (const o of offsets) expect(o).toBeCloseTo(offsets[0]!, 11);
    const { x: draws } = await sample({ energy: away, chains: 8, warmup: 300, draws: 400, key });
    expect(chainErrors("x₀", chainsOf(draws, 0), { mean: 2, variance: 1 / 3 }, 400)).toEqual([]);
  });

  it("has the derivatives that differences find, with each part's parameters its own", async () => {
    const network = neuralEnergy([2], { hidden: [4], activation: "silu", residual: false });
    const both = negate(gaussianEnergy([2], 0, 1), network, 0.1);
    const params = both.init(key);
    expect(new Set(both.layout.leaves.map(({ name }) => name.split(".")[0]))).toEqual(new Set(["unlike"]));
    const [own, other] = [await energiesAt(gaussianEnergy([2], 0, 1), x), await energiesAt(network, x, params)];
    for (const [i, e] of (await energiesAt(both, x, params)).entries())
      expect(e).toBeCloseTo(own[i]! - 0.1 * other[i]!, 13);
    expect(await slopeErrors(both, x, params)).toEqual([]);
  });

  it("refuses an α that is not positive, and parts of other points", () => {
    expect(() => negate(away, away, 0)).toThrow("negate: alpha is 0; expected a positive finite number");
    expect(() => negate(away, gaussianEnergy([3], 0, 1), 1)).toThrow(
      "negate: points of part energy have shape (2), of part unlike (3); expected the same",
    );
  });
});
