import { describe, expect, it } from "vitest";
import { funnel } from "../../energies/funnel.js";
import { makeKey } from "../../random/key.js";
import { sample } from "../../samplers/driver/sample.js";
import { hmc } from "../../samplers/kernels/hmc.js";
import { InputError, ShapeError } from "../../util/errors.js";
import { tensor } from "../../util/tensor.js";
import { divergences } from "./divergences.js";

const x = tensor(Float64Array.of(1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, 60), [2, 3, 2]);
const flags = (...data: number[]) => ({ divergent: tensor(Float64Array.from(data), [2, 3]) });

describe("divergences", () => {
  it("picks the draws that were reported, with their mean and range", () => {
    const found = divergences({ x, info: flags(0, 1, 0, 0, 0, 1) });
    expect(found).toMatchObject({ count: 2, share: 1 / 3 });
    expect(found.positions).toEqual(tensor(Float64Array.of(2, 20, 6, 60), [2, 2]));
    expect([...found.mean]).toEqual([4, 40]);
    expect([...found.low]).toEqual([2, 20]);
    expect([...found.high]).toEqual([6, 60]);
  });

  it("finds none where none are", () => {
    const found = divergences({ x, info: flags(0, 0, 0, 0, 0, 0) });
    expect(found).toMatchObject({ count: 0, share: 0 });
    expect(found.positions.shape).toEqual([0, 2]);
    expect([...found.mean, ...found.low, ...found.high]).toEqual(new Array(6).fill(Number.NaN));
  });

  it("refuses a kernel that does not report any, and a report of another shape", () => {
    expect(() => divergences({ x, info: {} })).toThrow(InputError);
    expect(() => divergences({ x, info: { divergent: tensor(new Float64Array(6), [3, 2]) } })).toThrow(ShapeError);
  });

  it("lie in the neck of the funnel, where the curvature is too much for the step size", async () => {
    const energy = funnel({}, { event: [6] });
    const start = energy.exact!.sample!(makeKey(5), 32);
    const options = { stepSize: 0.5 };
    const samples = await sample({ energy, start, warmup: 0, draws: 200, key: makeKey(4), sampler: hmc, options });
    const { count, mean } = divergences(samples);
    // The first coordinate has mean 0 and standard deviation 3; leapfrog is unstable where e^{−v/2} 0.5 > 2, below
    // v = −2.8. Of three other seeds 596 to 928 diverged, around −4.1 to −5.3.
    expect(count).toBeGreaterThan(200);
    expect(mean[0]).toBeLessThan(-2.8);
    expect(Math.abs(mean[1]!)).toBeLessThan(1);
  });
});
