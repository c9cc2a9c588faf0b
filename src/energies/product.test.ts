import { describe, expect, it } from "vitest";
import { energiesAt, slopeErrors } from "../../test/support/energy-values.js";
import { chainErrors } from "../../test/support/statistics.js";
import { chainsOf } from "../metrics/chains/chains.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { sample } from "../samplers/driver/sample.js";
import { gibbs } from "../samplers/kernels/gibbs.js";
import { InputError } from "../util/errors.js";
import { gaussianEnergy } from "./gaussian.js";
import { isingEnergy } from "./ising.js";
import { whyNot } from "./needs.js";
import { neuralEnergy } from "./neural.js";
import { product } from "./product.js";

const key = makeKey(401);
const x = normal(fold(key, "x"), [6, 2], "float64");

// Precisions add, and means are averaged by precision: 4 + 1 and (4·1 − 2)/5; 1 + 0.25 and (−1 + 0.25·2)/1.25.
const two = product([gaussianEnergy([2], [1, -1], [0.5, 1]), gaussianEnergy([2], [-2, 2], [1, 2])]);
const [mean, variance] = [
  [0.4, -0.4],
  [0.2, 0.8],
];

describe("product", () => {
  it("of two Gaussians is the Gaussian of the added precisions, up to a constant", async () => {
    const expected = await energiesAt(gaussianEnergy([2], mean!, variance!.map(Math.sqrt)), x);
    const offsets = (await energiesAt(two, x)).map((e, i) => e - expected[i]!);
    for (const o of offsets) expect(o).toBeCloseTo(offsets[0]!, 12);
    // The constant is −log ∫ p q, the logarithm of N(μ₁ − μ₂; 0, σ₁² + σ₂²) in each coordinate.
    const overlap = [9 / 1.25 + Math.log(2 * Math.PI * 1.25), 9 / 5 + Math.log(2 * Math.PI * 5)];
    expect(offsets[0]).toBeCloseTo((overlap[0]! + overlap[1]!) / 2, 12);
    expect(two.exact).toBeUndefined();
    expect(two.smoothed).toBeUndefined();
  });

  it("is drawn by a sampler as that Gaussian", async () => {
    const { x: draws } = await sample({ energy: two, chains: 8, warmup: 300, draws: 400, key });
    for (const j of [0, 1]) {
      const law = { mean: mean![j]!, variance: variance![j]! };
      expect(chainErrors(`x${j}`, chainsOf(draws, j), law, 400)).toEqual([]);
    }
  });

  it("has the derivatives that differences find, with each part's parameters its own", async () => {
    const network = neuralEnergy([2], { hidden: [4], activation: "silu", residual: false });
    const both = product([network, gaussianEnergy([2], 0, 1), network]);
    const params = both.init(key);
    expect(both.layout.size).toBe(2 * network.layout.size);
    expect(new Set(both.layout.leaves.map(({ name }) => name.split(".")[0]))).toEqual(new Set(["0", "2"]));
    const half = network.layout.size;
    const parts = await Promise.all([
      energiesAt(network, x, params.slice(0, half)),
      energiesAt(gaussianEnergy([2], 0, 1), x),
      energiesAt(network, x, params.slice(half)),
    ]);
    const found = await energiesAt(both, x, params);
    for (const [i, e] of found.entries())
      expect(e).toBeCloseTo(
        parts.reduce((s, p) => s + p[i]!, 0),
        12,
      );
    expect(await slopeErrors(both, x, params)).toEqual([]);
  });

  it("keeps a discrete support and says that it has no blocks", () => {
    const spins = { field: 0, boundary: "periodic", learn: false } as const;
    const ising = product([
      isingEnergy([2, 2], { ...spins, coupling: 1 }),
      isingEnergy([2, 2], { ...spins, coupling: -1 }),
    ]);
    expect(ising.support).toEqual({ kind: "binary", values: [-1, 1] });
    expect(whyNot(gibbs, ising as never)).toContain("needs conditional laws of blocks of coordinates");
  });

  it("refuses parts that are not of the same points", () => {
    const spins = isingEnergy([2, 2], { coupling: 1, field: 0, boundary: "free", learn: false });
    expect(() => product([])).toThrow("product: no energies given; give at least one");
    expect(() => product([two, gaussianEnergy([3], 0, 1)])).toThrow(
      "product: points of part 0 have shape (2), of part 1 (3); expected the same",
    );
    expect(() => product([spins, gaussianEnergy([2, 2], 0, 1)])).toThrow(InputError);
  });
});
