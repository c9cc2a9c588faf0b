import { expect, it } from "vitest";
import { descend } from "../../test/support/optimize.js";
import { numbers } from "../../test/support/tensors.js";
import type { Expr } from "../ir/expr.js";
import { mul, square } from "../ops/arithmetic.js";
import { sum } from "../ops/shape.js";
import { sgd } from "./sgd.js";

/** `2 Σ θ²`, whose gradient is `4 θ`. */
const loss = (params: Expr): Expr => mul(2, sum(square(params)));

it("is u ← μ u + g, θ ← θ − η u", async () => {
  for (const [momentum, learningRate] of [
    [0, 0.1],
    [0.9, 0.05],
  ] as const) {
    let [x, u] = [1.5, 0];
    const { start, step } = await descend(sgd.make({ momentum, learningRate }), loss, [1.5]);
    let at = await step(start);
    for (let i = 0; i < 10; i++) {
      u = momentum * u + 4 * x;
      x -= learningRate * u;
      expect(numbers(at.params)[0]).toBeCloseTo(x, 5);
      at = await step(at);
    }
  }
});

it("clips the gradient before the momentum", async () => {
  const options = { momentum: 0.5, learningRate: 1, clip: 1 };
  const { params } = await (await descend(sgd.make(options), loss, [100, 0])).run(2);
  // Two gradients of length 1: θ = 100 − 1 − (0.5 + 1).
  expect(numbers(params)).toEqual([97.5, 0]);
});
