import { expect, it } from "vitest";
import { hostIteration } from "../../../test/support/host-iteration.js";
import { precisionModel } from "../../../test/support/known-models.js";
import { numbers } from "../../../test/support/tensors.js";
import { makeKey } from "../../random/key.js";
import { tensor } from "../../util/tensor.js";
import { flowLikelihood } from "./flow-likelihood.js";

// Mean 2 and mean square deviation 5, both exact.
const batch = tensor(Float32Array.of(-1, 1, 3, 5), [4, 1]);

const at = async (mean: number, sd: number) => {
  const host = await hostIteration(precisionModel, flowLikelihood(precisionModel, 4), 4);
  const params = { energy: tensor(Float32Array.of(1)), flow: tensor(Float32Array.of(mean, Math.log(sd))) };
  const { losses, gradients, metrics } = await host.step({ params, carry: {}, batch, key: makeKey(0) });
  expect(metrics.negativeLogLikelihood).toEqual(losses.flow);
  return { loss: numbers(losses.flow!)[0]!, gradient: numbers(gradients["flow.flow"]!) };
};

it("is the negative log-likelihood of the batch", async () => {
  const { loss, gradient } = await at(1, 2);
  // ½ log 2π + log σ + (s² + (x̄ − μ)²)/2σ², by hand.
  expect(loss).toBeCloseTo(0.5 * Math.log(2 * Math.PI) + Math.log(2) + 6 / 8, 5);
  expect(gradient[0]).toBeCloseTo(-1 / 4, 5); // (μ − x̄)/σ²
  expect(gradient[1]).toBeCloseTo(1 - 6 / 4, 5); // 1 − (s² + (x̄ − μ)²)/σ²
});

it("has its minimum at the mean and the standard deviation of the batch", async () => {
  const { loss, gradient } = await at(2, Math.sqrt(5));
  for (const g of gradient) expect(Math.abs(g)).toBeLessThan(1e-6);
  for (const [mean, sd] of [
    [2.2, Math.sqrt(5)],
    [2, 2],
    [2, 2.5],
  ] as const)
    expect((await at(mean, sd)).loss).toBeGreaterThan(loss + 1e-3);
});
