import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { grad } from "../autodiff/grad.js";
import { constant } from "../ops/leaf.js";
import { sum } from "../ops/shape.js";
import { makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { cast, tensor } from "../util/tensor.js";
import { logitNormalEnergy } from "./logit-normal.js";

const options = { alpha: 0.05, range: [-1, 1] } as const;
const [low, high] = [-1 - 0.1 / 0.9, 1 + 0.1 / 0.9];

it.each([1, 0.7])(
  "is a density: of one pixel its integral is 1, with nothing beyond the ends, scale %d",
  async (scale) => {
    const n = 20_000;
    const width = (high - low) / n;
    const x = Float64Array.from({ length: n }, (_, i) => low + (i + 0.5) * width);
    const beyond = Float64Array.of(low - 0.01, high + 0.01);
    const energy = logitNormalEnergy([1], options, scale);
    const found = await evaluate({
      e: energy(constant(tensor(x, [n, 1]))),
      beyond: energy(constant(tensor(beyond, [2, 1]))),
    });
    expect(numbers(found.e).reduce((all, e) => all + Math.exp(-e) * width, 0)).toBeCloseTo(1, 6);
    expect(numbers(found.beyond)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  },
);

it("has draws whose logits are normal, and a finite gradient at them in single precision", async () => {
  const [n, d, scale] = [2000, 4, 1.3];
  const energy = logitNormalEnergy([1, 2, 2], options, scale);
  const draws = energy.exact!.sample!(makeKey(5), n);
  const z = numbers(draws).map((v) => {
    const u = 0.05 + 0.45 * (v + 1);
    return Math.log(u / (1 - u)) / scale;
  });
  const [m, s] = [z.reduce((a, b) => a + b) / z.length, z.reduce((a, b) => a + b * b, 0) / z.length];
  // Of 8,000 normal numbers five deviations, a false alarm in two million: mean 0.056, mean square 0.079.
  expect(Math.abs(m)).toBeLessThan(0.056);
  expect(Math.abs(s - 1)).toBeLessThan(0.079);
  expect(draws.shape).toEqual([n, 1, 2, 2]);
  const x = constant(cast(draws, "float32"));
  const { g } = await evaluate({ g: grad(sum(energy(x)), [x])[0] });
  expect(numbers(g)).toHaveLength(n * d);
  expect(numbers(g).every(Number.isFinite)).toBe(true);
});
