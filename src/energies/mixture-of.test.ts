import { describe, expect, it } from "vitest";
import { energiesAt, slopeErrors } from "../../test/support/energy-values.js";
import { chiSquareScore } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { enumeration } from "../metrics/log-z/enumeration.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { makeEnergy } from "./energy.js";
import { gaussianEnergy } from "./gaussian.js";
import { isingEnergy } from "./ising.js";
import { mixtureEnergy } from "./mixture.js";
import { mixtureOf } from "./mixture-of.js";
import { neuralEnergy } from "./neural.js";

const key = makeKey(402);
const centres = [
  [0, 0],
  [20, 1],
  [-20, 2],
];
const weights = [1, 5, 2];
const parts = centres.map((m) => gaussianEnergy([2], m, 1));
const three = mixtureOf(parts, weights);

describe("mixtureOf", () => {
  it("of Gaussians is the mixture of Gaussians, also where every part has all but vanished", async () => {
    const x = tensor(Float64Array.of(0, 0, 10, 0.5, 19, -1, 500, 500), [4, 2]);
    const whole = mixtureEnergy([2], { means: centres, variances: [1, 1, 1], weights });
    const expected = await energiesAt(whole, x);
    for (const [i, e] of (await energiesAt(three, x)).entries())
      expect(Math.abs(e - expected[i]!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected[i]!)));
    expect(three.exact!.logZ).toBeCloseTo(0, 14);
    expect(three.smoothed).toBeUndefined();
  });

  it("weighs its parts by their own masses: log Σ w Z, and draws by w Z", async () => {
    // exp(−E) of the second part has three times the mass that a density has.
    const heavy = makeEnergy({
      event: [2],
      energy: (x) => parts[1]!(x),
      exact: { ...parts[1]!.exact!, logZ: Math.log(3) },
    });
    const mixed = mixtureOf([parts[0]!, heavy], [3, 1]);
    expect(mixed.exact!.logZ).toBeCloseTo(Math.log((3 + 3) / 4), 13);
    const x = numbers(mixed.exact!.sample!(key, 8000)).filter((_, i) => i % 2 === 0);
    const far = x.filter((v) => v > 10).length;
    // Chance of a false alarm: 3e-6.
    expect(chiSquareScore([8000 - far, far], [0.5, 0.5])).toBeLessThan(4.5);
    expect(chiSquareScore([8000 - far, far], [0.75, 0.25])).toBeGreaterThan(4.5);
  });

  it("draws the points of its parts, the same for the same key", () => {
    const x = three.exact!.sample!(key, 8000);
    expect(x.shape).toEqual([8000, 2]);
    const counts = [0, 20, -20].map((m) => numbers(x).filter((v, i) => i % 2 === 0 && Math.abs(v - m) < 10).length);
    // Chance of a false alarm: 3e-6.
    expect(chiSquareScore(counts, [1 / 8, 5 / 8, 2 / 8])).toBeLessThan(4.5);
    expect(numbers(three.exact!.sample!(key, 5))).toEqual(numbers(three.exact!.sample!(key, 5)));
  });

  it("knows log Z of spins as the sum over their states, without draws where a part has none", async () => {
    const spins = { field: 0.3, boundary: "free", learn: false } as const;
    const mixed = mixtureOf([0.5, -0.8].map((coupling) => isingEnergy([2, 3], { ...spins, coupling })));
    const { logZ } = await enumeration(async (x) => (await energiesAt(mixed, x)).map((e) => -e), mixed);
    expect(mixed.exact!.logZ).toBeCloseTo(logZ, 11);
    expect(mixed.exact!.sample).toBeUndefined();
  });

  it("has the derivatives that differences find, and no exact facts where a part has none", async () => {
    const mixed = mixtureOf([neuralEnergy([2], { hidden: [4], activation: "silu", residual: false }), parts[0]!]);
    expect(mixed.exact).toBeUndefined();
    expect(await slopeErrors(mixed, normal(fold(key, "x"), [5, 2], "float64"), mixed.init(key))).toEqual([]);
    expect(await slopeErrors(three, normal(fold(key, "x"), [5, 2], "float64"))).toEqual([]);
  });

  it("refuses weights that are not one positive number a part", () => {
    expect(() => mixtureOf(parts, [1, 2])).toThrow("mixtureOf: 2 weights for 3 energies; expected one each");
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => mixtureOf(parts, [1, wrong, 1])).toThrow(`mixtureOf: weight 1 is ${wrong}; expected a positive`);
    expect(() => mixtureOf([])).toThrow("mixtureOf: no energies given");
  });
});
