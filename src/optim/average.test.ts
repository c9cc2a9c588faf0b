import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { movingAverage } from "./average.js";

const vector = (...v: number[]) => constant(tensor(Float32Array.from(v)));
const averaged = async (step: number, decay: number): Promise<number[]> => {
  const t = constant(tensor(Float32Array.of(step), []));
  return numbers((await evaluate({ a: movingAverage(vector(10, -4), vector(20, -4), t, decay) })).a);
};

it("is d a + (1 − d) θ with d = min(decay, (1 + t)/(10 + t)), which forgets the start at first", async () => {
  for (const [step, decay, d] of [
    [0, 0.999, 0.1],
    [8, 0.999, 0.5],
    [1e5, 0.999, 0.999],
    [8, 0.2, 0.2],
    [0, 0, 0],
  ] as const)
    expect(await averaged(step, decay)).toEqual([expect.closeTo(10 * d + 20 * (1 - d), 4), -4]);
});
