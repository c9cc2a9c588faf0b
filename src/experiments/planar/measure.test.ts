import { beforeAll, describe, expect, it } from "vitest";
import { resolveConfig } from "../../config/config.js";
import { normalQuantile } from "../../random/normal-quantile.js";
import { median } from "../../util/moments.js";
import { prepareTraining } from "../train-config.js";
import { type Bench, benchOf } from "./bench.js";
import { measure } from "./measure.js";

// One normal cloud with standard deviations 100 and 0.5 and correlation ρ, and a model that is as it starts: the normal
// law of independent coordinates with the means and variances of the rows.
const RHO = 0.8;
const config = resolveConfig({
  data: {
    dataset: "gaussian-mixture",
    options: {
      components: [
        {
          mean: [300, -2],
          covariance: [
            [1e4, 50 * RHO],
            [50 * RHO, 0.25],
          ],
        },
      ],
    },
    ...{ points: 20_000, validation: 0, test: 0.05 },
  },
  energy: { name: "tilted", hidden: [4] },
  ...{ flow: null, objective: { name: "nce" }, optimizer: { energy: { learningRate: 1e-12 } } },
  ...{ average: 0, select: "last", steps: 1 },
});

let bench: Bench;
let found: Awaited<ReturnType<typeof measure>>;
beforeAll(async () => {
  const { train, ...prepared } = await prepareTraining(config);
  bench = benchOf(prepared, config);
  found = await measure(bench, await train(async () => {}));
});

/** The median of `(log q − log p)²` where that is `½ ρ (v² − u²) + ½ log(1 − ρ²)`, of u and v independent and normal. */
function closedForm(): number {
  const n = 400;
  const squares = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n) ** 2);
  const shift = Math.log(1 - RHO ** 2) / 2;
  return median(squares.flatMap((u) => squares.map((v) => ((RHO / 2) * (v - u) + shift) ** 2)));
}

describe("a model that is the normal law of the rows, in coordinates of their own", () => {
  it("is as far from the truth as the closed form says, over draws and on the grid", () => {
    const { draws, grid } = found.logDensityError;
    // Standard errors: 1.8 % by the moments of 19,000 rows, 2.2 % by the median of 10,000 draws. False alarms at 4: once
    // in 16,000.
    expect(Math.abs(draws / closedForm() - 1)).toBeLessThan(0.115);
    expect(Math.abs(grid / closedForm() - 1)).toBeLessThan(0.072);
  });

  it("has KL −½ log(1 − ρ²), and nothing outside the grid", () => {
    expect(Math.abs(found.kl + Math.log(1 - RHO ** 2) / 2)).toBeLessThan(0.002);
    expect(found.edgeMass).toBeLessThan(1e-4);
    expect(found.weights.model[0]).toBeCloseTo(1, 9);
  });

  it("has log Z = 0 in its coordinates, by quadrature and by importance sampling", () => {
    // In the units of the rows it is that much more.
    expect(bench.data.coordinates.logVolume).toBeCloseTo(Math.log(50), 1);
    const { grid, importance } = found.logZ;
    expect(grid).toBeCloseTo(0, 4);
    // False alarms at 4 standard errors: once in 16,000.
    expect(Math.abs(importance.value - grid)).toBeLessThan(4 * importance.standardError!);
    expect(importance.standardError).toBeLessThan(0.02);
  });
});
