/** Two modes 99:1, and models of them: the right one, and one whose light mode is half as heavy. */

import { describe, expect, it } from "vitest";
import { resolveConfig } from "../config/config.js";
import { prepareData, type RunData } from "../config/prepare.js";
import type { Energy } from "../energies/energy.js";
import { energyOf } from "../energies/evaluate.js";
import { gaussianEnergy } from "../energies/gaussian.js";
import { mixtureEnergy } from "../energies/mixture.js";
import { makeKey } from "../random/key.js";
import { tensor } from "../util/tensor.js";
import { type FoundModes, findModes } from "./found-modes.js";

const dataOf = (seed: number, points: number): RunData =>
  prepareData(
    resolveConfig({ data: { dataset: "two-modes", options: { weights: [99, 1] }, points }, seed }),
    undefined,
  );

/** The mixture in the coordinates of the model, where the light mode has weight `light`. */
function mixtureOf({ coordinates }: RunData, light: number): Energy {
  const means = [-1, 1].map((c) => Array.from(coordinates.encode(tensor(Float64Array.of(c, c), [1, 2])).data));
  const [scale] = coordinates.affine!.scale as unknown as [number];
  // Both coordinates have the same law, and so nearly the same scale.
  const variance = 0.05 / scale ** 2;
  return mixtureEnergy([2], { means, variances: [variance, variance], weights: [1 - light, light] });
}

const judge = (data: RunData, energy: Energy, seed: number): Promise<FoundModes | null> =>
  findModes({ energy }, data, { key: makeKey(seed), draws: 1000, energy: energyOf(energy) });

const seeds = [0, 1, 2, 3, 4, 5];

describe("of two modes 99:1", () => {
  it("the right weights are not spoken against", async () => {
    for (const seed of seeds) {
      const data = dataOf(seed, 4000);
      const found = (await judge(data, mixtureOf(data, 0.01), seed))!;
      expect(found.modes).toHaveLength(2);
      // One in 100 runs each, were the seeds not fixed.
      expect(found.differ, found.verdict).toBe(false);
      expect(found.verdict).toMatch(/^Nothing speaks against the weights of 2 modes in the model: p = /);
      // The weight of the model is known to a few per cent, by draws of which one in a hundred is there.
      const { model } = found.modes[1]!;
      expect(Math.abs(model.value - 0.01)).toBeLessThan(4 * model.standardError!);
      expect(model.standardError).toBeLessThan(5e-4);
    }
  });

  // z = (90 − 45)/√90: p ≤ 0.005 in 97 of 100 runs, and fixed seeds.
  it("a light mode half as heavy as in the rows is named, and where it is", async () => {
    for (const seed of seeds.slice(0, 3)) {
      const data = dataOf(seed, 10_000);
      const found = (await judge(data, mixtureOf(data, 0.005), seed))!;
      expect(found.differ, found.verdict).toBe(true);
      expect(found.verdict).toMatch(
        /^The model gives modes other weights than the rows: 0\.[45]\d* % of the model, (0\.[89]|1\.[01])\d* % of the rows around x1 (0\.9|1)[.\d]*, x2 (0\.9|1)[.\d]*; 99/,
      );
      const [x, y] = found.modes[1]!.center;
      expect(Math.hypot(x! - 1, y! - 1)).toBeLessThan(0.3);
    }
  });
});

it("says nothing of one mode", async () => {
  const data = dataOf(0, 2000);
  expect(await judge(data, gaussianEnergy([2], 0, 1), 0)).toBeNull();
});
