/** Every flow of images of the registry, trained by likelihood on real handwritten digits. */

import { describe, expect, it } from "vitest";
import { digits } from "../../src/data/digits.js";
import { takeRows } from "../../src/data/take-rows.js";
import { energyOf } from "../../src/energies/evaluate.js";
import { drawFlow } from "../../src/flows/draw-flow.js";
import { fitGaussian, gaussianLogDensity } from "../../src/metrics/goodness/gaussian-fit.js";
import { flowLikelihood } from "../../src/objectives/methods/flow-likelihood.js";
import { adam } from "../../src/optim/adam.js";
import { permutation } from "../../src/random/choose.js";
import { uniform } from "../../src/random/draw.js";
import { fold, type Key, makeKey } from "../../src/random/key.js";
import { trainLoop } from "../../src/train/loop.js";
import { compileTrainer } from "../../src/train/trainer.js";
import { mean } from "../../src/util/moments.js";
import { type FloatTensor, tensor } from "../../src/util/tensor.js";
import { flows } from "../support/flow-cases.js";

const key = makeKey(66);
const event = [1, 8, 8] as const;
const LEVELS = 17;
const STEPS = 120;

/** Levels as points of the cells that they stand for, in [0, 1). */
function dequantised({ data, shape }: FloatTensor, k: Key): FloatTensor {
  const u = uniform(k, shape).data;
  return tensor(
    Float32Array.from(data, (level, i) => (level + u[i]!) / LEVELS),
    shape,
  );
}

const { rows } = await digits();
const images = tensor(Float32Array.from(rows.data), [rows.shape[0]!, ...event]);
const order = permutation(fold(key, "split"), images.shape[0]!);
const train = takeRows(images, order.subarray(0, 1400));
const test = dequantised(takeRows(images, order.subarray(1400)), fold(key, "test"));
/** Bits a pixel of the levels, of log-densities of pixels in [0, 1). */
const bits = (logDensity: Float64Array): number => -mean(logDensity) / 64 / Math.LN2 + Math.log2(LEVELS);
const flat = ({ data, shape }: FloatTensor): FloatTensor => tensor(data, [shape[0]!, 64]);
const gaussian = bits(gaussianLogDensity(fitGaussian(flat(dequantised(train, fold(key, "train")))), flat(test)));

const members = flows.filter(({ eventKind }) => eventKind === "image");

describe.each(members.map((f) => [f.name, f] as const))("flow %s", (_, declare) => {
  it("needs far fewer bits a pixel for digits than a Gaussian does, and draws what it scores", async () => {
    const flow = declare({ channels: 32, blocks: 1, logit: 0.05, range: [0, 1] }, event);
    const model = { event, energy: flow, flow };
    const optimizers = { flow: adam.make({ learningRate: 2e-3, clip: 100 }, STEPS) };
    const iteration = flowLikelihood(model, 64, {});
    const trainer = await compileTrainer({ model, iteration, optimizers, batch: 64, average: 0 });
    const state = trainer.start(key, dequantised(train, key));
    const score = async (params: FloatTensor): Promise<number> => {
      const energies = await energyOf(flow)(test, params);
      return bits(energies.map((e) => -e));
    };
    const begun = await score(state["params.flow"] as FloatTensor);
    const spec = { trainer, data: train, fresh: dequantised, batch: 64, steps: STEPS, key, state };
    const params = (await trainLoop(spec)).state["params.flow"] as FloatTensor;
    const trained = await score(params);
    // As it starts it is independent channels; the error of a mean over 397 images is about 0.02.
    expect(begun).toBeGreaterThan(gaussian + 0.2);
    expect(trained).toBeLessThan(gaussian - 0.4);
    const { x, logProb } = await drawFlow(flow, params, key, 64);
    const again = await energyOf(flow)(x, params);
    for (const [i, v] of logProb.entries()) expect(Math.abs(v + again[i]!)).toBeLessThan(0.05);
  });
});
