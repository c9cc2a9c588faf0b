/** `preset: paper-images` of balanced training: the settings of the paper for CIFAR-10 (C.6). */

import { expect, it } from "vitest";
import { numbers } from "../../test/support/tensors.js";
import { constant } from "../ops/leaf.js";
import { uniform } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { tensor } from "../util/tensor.js";
import { resolveConfig } from "./config.js";
import { buildIteration, buildModel } from "./prepare.js";

const paper = (image: readonly number[], more: object = {}) =>
  resolveConfig({ data: { file: "cifar", image }, objective: { name: "balanced", preset: "paper-images" }, ...more });
const cifar = [3, 32, 32] as const;

it("is what the paper says", () => {
  const { data, objective, optimizer, batch, closing } = paper(cifar);
  expect(data.flips).toBe(true);
  expect(objective).toMatchObject({
    ...{ chains: 128, replay: 1024, dataShare: 0, energyPenalty: 1e-4, start: "flow" },
    ...{ rounds: 3, jump: "isir", proposals: 128, local: "mala", localSteps: 16, localStepsAfter: 16 },
  });
  const rate = { name: "adam", learningRate: 1e-4, schedule: "exponential", decay: 0.99, decayEvery: 50 };
  expect(optimizer).toMatchObject({ energy: rate, flow: rate });
  expect([batch, closing]).toEqual([128, 0]);
});

it("has networks of the sizes that the paper tells: 4.5 and 4 million parameters", () => {
  const { energy, flow } = buildModel(paper(cifar), [3 * 32 * 32]);
  expect(energy.layout.size / 1e6).toBeCloseTo(4.5, 1);
  expect(flow!.layout.size / 1e6).toBeCloseTo(4, 1);
});

it("starts with an energy that is its flow exactly, whatever the data are", async () => {
  const image = [1, 8, 8] as const;
  const small = { energy: { network: { channels: 4, last: 4 } }, flow: { channels: 4, blocks: 1 } };
  const { energy, flow } = buildModel(paper(image, small), [64]);
  const rows = tensor(
    uniform(makeKey(1), [50, 64]).data.map((u) => u ** 2 - 0.9),
    [50, 64],
  );
  const at = (params: Float32Array) => constant(tensor(params));
  const x = constant(tensor(uniform(makeKey(2), [20, 64]).data.map((u) => 2.1 * (u - 0.5)) as Float32Array, [20, 64]));
  const found = await evaluate({
    energy: energy(x, at(energy.init(fold(makeKey(3), "energy"), rows))),
    flow: flow!.logProb(x, at(flow!.init(fold(makeKey(3), "flow"), rows))),
  });
  // 64 numbers of single precision, of which a sum has rounded.
  for (const [i, e] of numbers(found.energy).entries())
    expect(Math.abs(e + numbers(found.flow)[i]!)).toBeLessThan(1e-4);
  // A flow that is informed by the data is another: what the preset asks for is felt.
  const informed = buildModel(paper(image, { flow: { ...small.flow, start: "data" } }), [64]).flow!;
  const other = await evaluate({ q: informed.logProb(x, at(informed.init(fold(makeKey(3), "flow"), rows))) });
  expect(Math.abs(numbers(other.q)[0]! - numbers(found.flow)[0]!)).toBeGreaterThan(1);
});

it("makes an iteration, of images alone", () => {
  const config = paper([1, 8, 8], {
    energy: { network: { channels: 2, last: 2 } },
    flow: { channels: 2, blocks: 1 },
    objective: { name: "balanced", preset: "paper-images", chains: 4, replay: 8, proposals: 2, localSteps: 1 },
    batch: 4,
  });
  expect(buildIteration(config, buildModel(config, [64])).groups).toEqual(["energy", "flow"]);
  expect(() => resolveConfig({ data: { file: "t" }, objective: { name: "balanced", preset: "paper-images" } })).toThrow(
    "flips are of images; say their shape with image",
  );
});
