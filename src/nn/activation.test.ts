import { expect, it } from "vitest";
import { normalCdf } from "../../test/support/goodness.js";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { type Activation, activationOption, activations } from "./activation.js";

const byHand: Record<Activation, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
  tanh: Math.tanh,
  gelu: (x) => x * normalCdf(x),
  relu: (x) => Math.max(0, x),
  "leaky-relu": (x) => (x < 0 ? 0.05 * x : x),
};

it.each(Object.entries(activations))("%s is the function of that name, and an option", async (name, activation) => {
  const x = [-5, -1, -0.1, 0, 0.1, 2, 5];
  const { y } = await evaluate({ y: activation(constant(tensor(Float64Array.from(x)))) });
  for (const [i, v] of x.entries()) expect(numbers(y)[i]).toBeCloseTo(byHand[name as Activation](v), 12);
  expect(activationOption.parse(name)).toBe(name);
});
