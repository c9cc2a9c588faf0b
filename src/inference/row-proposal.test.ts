import { describe, expect, it } from "vitest";
import { normalMixture } from "../data/normal-mixture.js";
import { energyOf } from "../energies/evaluate.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { impute } from "./impute.js";
import { fitClouds, givenClouds, rowFlow } from "./row-proposal.js";

const key = makeKey(41);
const clouds = [
  {
    weight: 0.3,
    mean: [0, 1, -2],
    covariance: [
      [1, 0.5, 0.2],
      [0.5, 2, -0.3],
      [0.2, -0.3, 0.5],
    ],
  },
  {
    weight: 0.7,
    mean: [3, -1, 1],
    covariance: [
      [0.5, 0, 0.1],
      [0, 1, 0.4],
      [0.1, 0.4, 1.5],
    ],
  },
];

describe("givenClouds", () => {
  it("weighs and moves components as the density of the whole says, where they are not widened", () => {
    const joint = normalMixture("test", clouds);
    // Ratios of p(x₁ | x₀, x₂) at places are those of p(x).
    const [x0, x2] = [1.5, -0.5];
    const { logWeights, means, lowers } = givenClouds(clouds, [1], [0, 2], [x0, x2]);
    const places = [-3, -1, 0, 1, 2.5];
    const whole = joint.logDensity(tensor(Float64Array.from(places.flatMap((v) => [x0, v, x2])), [5, 3]));
    // Without the tenth that each component keeps: shares p_k = (w − 0.05)/0.9 here.
    const shares = Array.from(logWeights, (w) => (Math.exp(w) - 0.05) / 0.9);
    const given = places.map((v) =>
      Math.log(
        shares.reduce((sum, w, k) => {
          const sd = lowers[k]![0]! / 1.25;
          return sum + (w * Math.exp(-0.5 * ((v - means[k]!) / sd) ** 2)) / sd;
        }, 0),
      ),
    );
    for (const [i, v] of given.entries()) expect(v - given[0]!).toBeCloseTo(whole[i]! - whole[0]!, 10);
  });
});

describe("rowFlow", () => {
  it("gives each chain the density of its own row", async () => {
    const mixture = givenClouds(clouds, [0, 2], [1], [1, -4]);
    const { flow, params } = rowFlow(mixture, (chain) => chain % 2, 32);
    // The same point for each chain.
    const x = tensor(
      Float64Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 0.7 : -0.3)),
      [32, 2],
    );
    const values = await energyOf(flow, "float64")(x, params);
    const byHand = (row: number): number => {
      const terms = clouds.map((_, k) => {
        const [a, b, c] = [0, 2, 3].map((i) => mixture.lowers[k]![i]!) as [number, number, number];
        const m = mixture.means.subarray((row * 2 + k) * 2);
        const u = (0.7 - m[0]!) / a;
        const v = (-0.3 - m[1]! - b * u) / c;
        return Math.exp(mixture.logWeights[row * 2 + k]! - 0.5 * (u * u + v * v)) / (a * c * 2 * Math.PI);
      });
      return -Math.log(terms[0]! + terms[1]!);
    };
    for (const chain of [0, 1, 2, 31]) expect(values[chain]).toBeCloseTo(byHand(chain % 2), 5);
    expect(byHand(0)).not.toBeCloseTo(byHand(1), 1);
  });
});

describe("impute with a pool", () => {
  // Modes that no local step crosses, of weights 1 : 4 given x₀ = 0, and 1 : 4 e^{…} elsewhere.
  const parts = {
    means: [
      [-0.5, -10],
      [0.5, 10],
    ],
    variances: [1, 1],
    weights: [1, 4],
  };
  const energy = mixtureEnergy([2], parts);
  const pool = energy.exact!.sample!(key, 2000);
  const rows = tensor(Float64Array.of(0, Number.NaN, 2, Number.NaN), [2, 2]);
  const run = { key, keepDraws: true, chains: 8, draws: 500, warmup: 200 };
  const upper = (x: ArrayLike<number>, row: number): number => {
    const own = Array.from(x).slice(row * 4000, (row + 1) * 4000);
    return own.filter((v) => v > 0).length / own.length;
  };

  it("gets the weights of separate modes of each row right, which chains alone do not", async () => {
    const { draws, worst, jumps } = await impute({ energy }, rows, { ...run, pool });
    expect(worst!.rhat).toBeLessThan(1.02);
    expect(jumps!).toBeGreaterThan(0.3);
    for (const [row, x0] of [0, 2].entries()) {
      const odds = 4 * Math.exp(x0);
      const truth = odds / (1 + odds);
      // 4000 draws worth half as many: five standard errors, false alarms in 1e-6.
      expect(Math.abs(upper(draws![0]!.x.data, row) - truth)).toBeLessThan(5 * Math.sqrt((truth * (1 - truth)) / 2000));
    }
    const around = { mean: Float64Array.of(0, 0), scale: Float64Array.of(1, 5) };
    const alone = await impute({ energy }, rows, { ...run, around });
    expect(alone.worst!.rhat).toBeGreaterThan(1.5);
  });

  it("is none where no mixture can be fitted", () => {
    expect(fitClouds(tensor(Float64Array.of(1, 2, 3, 4), [2, 2]), key)).toBeNull();
    // A constant column is no obstacle: it is jittered.
    const flat = tensor(
      Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 3 : i)),
      [200, 2],
    );
    expect(fitClouds(flat, key)).not.toBeNull();
  });
});
