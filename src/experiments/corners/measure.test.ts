import { describe, expect, it } from "vitest";
import { resolveConfig } from "../../config/config.js";
import { identityCoordinates } from "../../data/columns/coordinates.js";
import { gaussianMixture } from "../../data/gaussian-mixture.js";
import { mixtureEnergy } from "../../energies/mixture.js";
import { chainsOf } from "../../metrics/chains/chains.js";
import { splitRhat } from "../../metrics/chains/split-rhat.js";
import { makeKey } from "../../random/key.js";
import { randomWalk } from "../../samplers/kernels/random-walk.js";
import type { Sampler } from "../../samplers/sampler.js";
import { type Bench, runChains } from "./measure.js";

/** Two unit clouds 12 apart along one of three coordinates, which a random walk does not cross between. */
function apartAlong(axis: number): Bench {
  const means = [-6, 6].map((at) => [0, 1, 2].map((j) => (j === axis ? at : 0)));
  const rows = new Float64Array();
  const none = { data: rows, shape: [0, 3] };
  return {
    config: resolveConfig({ data: { dataset: "four-corners" } }),
    distribution: gaussianMixture({ components: means.map((mean) => ({ mean })) }),
    data: {
      coordinates: identityCoordinates(3),
      train: none,
      validation: none,
      test: none,
    } as unknown as Bench["data"],
    model: { event: [3], energy: mixtureEnergy([3], { means, variances: [1, 1], weights: [1, 1] }) },
    ...{ trainsFlow: false, learned: { energy: undefined, flow: undefined } },
    chains: {
      ...{ start: "normal", sampler: randomWalk as unknown as Sampler, options: { stepSize: 1.4 } },
      ...{ dropped: 100, kept: 300 },
    },
  };
}

describe("128 chains that do not agree in one coordinate", () => {
  it.each([0, 1, 2])("do not agree, be it coordinate %i", async (axis) => {
    const [{ rhat, weights, jumps }, { x }] = await runChains(apartAlong(axis), makeKey(1), 300);
    const of = (j: number, method: "rank" | "plain"): number => splitRhat(chainsOf(x, j), { method });
    expect(x.shape).toEqual([128, 300, 3]);
    for (const method of ["rank", "plain"] as const) {
      for (const j of [0, 1, 2].filter((other) => other !== axis)) expect(of(j, method)).toBeLessThan(1.1);
      expect(of(axis, method)).toBeGreaterThan(1.5);
      expect(rhat[method]).toBe(of(axis, method));
    }
    // Each stays on the side that it began on: half of them, within 4.5 standard errors (7e-6).
    expect(Math.abs(weights[0]! - 0.5)).toBeLessThan(4.5 / Math.sqrt(4 * 128));
    expect(jumps).toBeNull();
  });
});
