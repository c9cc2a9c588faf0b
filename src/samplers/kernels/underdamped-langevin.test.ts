import { expect, it } from "vitest";
import { hostKernel } from "../../../test/support/host-kernel.js";
import { skewed, viewOf } from "../../../test/support/sampler-targets.js";
import { chainErrors } from "../../../test/support/statistics.js";
import { numbers } from "../../../test/support/tensors.js";
import { gaussianEnergy } from "../../energies/gaussian.js";
import { fold, makeKey } from "../../random/key.js";
import { NumericError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { sample } from "../driver/sample.js";
import { underdampedLangevin } from "./underdamped-langevin.js";

type Options = { readonly stepSize: number; readonly friction: number };
const key = makeKey(39);

/** On a Gaussian a step is linear: `(x, v) ← A (x, v) + b ξ`, read off the kernel by three steps. */
async function linearStep(sd: number, options: Options) {
  const target = { energy: gaussianEnergy([1], 0, sd), event: [1], chains: 3 };
  const kernel = await hostKernel((t) => underdampedLangevin(t, options), target, "float64");
  const column = (...v: number[]) => tensor(Float64Array.from(v), [3, 1]);
  const start = { ...(await kernel.init(column(1, 0, 0))), v: column(0, 1, 0) };
  const { state } = await kernel.step(start, { xi: column(0, 0, 1) });
  const [x, v] = [numbers(state.x!), numbers(state.v!)] as [number[], number[]];
  return { a: [x[0]!, x[1]!, v[0]!, v[1]!] as const, b: [x[2]!, v[2]!] as const };
}

/** The covariance of x and v that a step keeps, `C = A C Aᵀ + b bᵀ`, by iteration. */
async function stationary(sd: number, options: Options): Promise<{ xx: number; xv: number; vv: number }> {
  const { a, b } = await linearStep(sd, options);
  let c = { xx: 0, xv: 0, vv: 0 };
  for (let i = 0; i < 20000; i++) {
    const { xx, xv, vv } = c;
    c = {
      xx: a[0] * a[0] * xx + 2 * a[0] * a[1] * xv + a[1] * a[1] * vv + b[0] * b[0],
      xv: a[0] * a[2] * xx + (a[0] * a[3] + a[1] * a[2]) * xv + a[1] * a[3] * vv + b[0] * b[1],
      vv: a[2] * a[2] * xx + 2 * a[2] * a[3] * xv + a[3] * a[3] * vv + b[1] * b[1],
    };
  }
  return c;
}

it("keeps the variance σ² of a Gaussian exactly, for every stable step size and friction", async () => {
  for (const sd of [1, 0.3])
    for (const step of [0.1, 1, 1.9])
      for (const friction of [0.5, 1, 5]) {
        const stepSize = step * sd;
        const { xx, xv, vv } = await stationary(sd, { stepSize, friction });
        expect(xx / sd ** 2).toBeCloseTo(1, 10);
        expect(xv / sd).toBeCloseTo(0, 10);
        // The velocity pays for it.
        expect(vv).toBeCloseTo(1 - step ** 2 / 4, 10);
      }
});

it("diverges for h > 2σ, and says so", async () => {
  const start = tensor(Float32Array.of(1, -1), [2, 1]);
  const run = { sampler: underdampedLangevin, options: { stepSize: 2.1 }, start, warmup: 0, draws: 2000, key };
  await expect(sample({ energy: gaussianEnergy([1], 0, 1), ...run })).rejects.toThrow(NumericError);
});

it("begins at rest, and carries its velocity from block to block", async () => {
  const energy = gaussianEnergy([1], 0, 1);
  const start = tensor(Float64Array.of(1, -0.5, 2), [3, 1]);
  const options = { stepSize: 0.3 };
  const kernel = await hostKernel((t) => underdampedLangevin(t, options), { energy, event: [1], chains: 3 }, "float64");
  const first = await kernel.init(start);
  expect(numbers(first.v!)).toEqual([0, 0, 0]);
  const { state } = await kernel.walk(first, key, 12);
  const run = { energy, sampler: underdampedLangevin, options, start, warmup: 0, draws: 12, block: 5, key };
  const { x } = await sample(run);
  for (let c = 0; c < 3; c++) expect(x.data[12 * c + 11]).toBeCloseTo(numbers(state.x!)[c]!, 10);
});

// The gates are below the effective draws; false alarms: about once in 7e4 calls.
it("is biased where the density is not Gaussian: by order h², which a large step shows", async () => {
  const drawn = async (stepSize: number) => {
    const start = skewed.draw(fold(key, "skewed"), 2048);
    const run = { sampler: underdampedLangevin, options: { stepSize }, start, warmup: 50, draws: 200, key };
    const { x } = await sample({ energy: skewed.energy, ...run, metric: "unit" });
    const [view] = skewed.views;
    return [{ shape: [2048, 200] as const, data: viewOf(view!, x) }, view!.law] as const;
  };
  const large = chainErrors("h = 1", ...(await drawn(1)), 10000);
  expect(large.filter((e) => e.includes("errors off"))).not.toEqual([]);
  expect(chainErrors("h = 0.3", ...(await drawn(0.3)), 5000)).toEqual([]);
});
