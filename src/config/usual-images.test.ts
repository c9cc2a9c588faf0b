/** Images about whose model nothing is said. */

import { describe, expect, it } from "vitest";
import { findFlow } from "../flows/find-flow.js";
import { constant } from "../ops/leaf.js";
import { normal } from "../random/draw.js";
import { fold, makeKey } from "../random/key.js";
import { evaluate } from "../runtime/program.js";
import { type ImageShape, sizeOf, tensor } from "../util/tensor.js";
import { resolveConfig } from "./config.js";
import { buildIteration, buildModel } from "./prepare.js";

const config = (image: unknown, written: object = {}, data: object = {}) =>
  resolveConfig({ ...written, data: { file: "images", image, ...data } });
const key = makeKey(13);

describe.each<[...ImageShape, levels: number, widths: number[]]>([
  [1, 8, 8, 2, [16, 32, 32]],
  [1, 28, 28, 2, [16, 32, 32]],
  [3, 32, 32, 2, [16, 32, 32]],
  [1, 14, 6, 1, [16, 32]],
  [1, 5, 7, 0, [16]],
  [2, 9, 4, 0, [16]],
])("images (%d, %d, %d)", (channels, height, width, levels, widths) => {
  const image: ImageShape = [channels, height, width];
  const found = config(image);

  it("have an energy of images on a flow of images, halved as often as they can be", () => {
    expect(found.energy).toMatchObject({ name: "tilted", base: "flow", network: { name: "residual", widths } });
    expect(found.flow).toMatchObject({ name: "multiscale-realnvp", levels });
    expect(found.objective).toMatchObject({ name: "self-normalised-likelihood", noise: "frozen-flow" });
    expect(found.optimizer.energy).toMatchObject({ name: "adamw", weightDecay: 3 });
    expect(found.pretrain).toBeGreaterThan(0);
    expect(found.patience).toBe(4);
  });

  it("make a model that starts as its flow, and an iteration of it", async () => {
    const d = sizeOf(image);
    const model = buildModel(found, [d]);
    const rows = normal(fold(key, "rows"), [16, d]);
    const energy = model.energy.init(fold(key, "energy"), rows);
    const x = constant(normal(fold(key, "x"), [3, d]));
    const [ofEnergy, ofFlow] = [constant(tensor(energy)), constant(tensor(energy.slice(0, model.flow!.layout.size)))];
    const { e, q } = await evaluate({ e: model.energy(x, ofEnergy), q: model.flow!.logProb(x, ofFlow) });
    for (const [i, v] of (e!.data as Float32Array).entries())
      expect(Math.abs(v + (q!.data[i] as number))).toBeLessThan(1e-5 * d);
    expect(buildIteration(found, model).groups).toEqual(["energy"]);
  });

  it("are the same when their configuration is read again", () => {
    expect(resolveConfig(structuredClone(found))).toEqual(found);
  });
});

describe("what a user says of images", () => {
  it("stands over what is usual, option by option", () => {
    const { energy, flow, steps, batch } = config([1, 8, 8], {
      energy: { network: { blocks: 3 } },
      flow: { couplings: 6 },
      steps: 7,
      batch: 9,
    });
    expect(energy.network).toMatchObject({ name: "residual", widths: [16, 32, 32], blocks: 3 });
    expect(flow).toMatchObject({ name: "multiscale-realnvp", couplings: 6, levels: 2 });
    expect([steps, batch]).toEqual([7, 9]);
  });

  it("of their network takes none of another's options", () => {
    const { energy } = config([1, 8, 8], { energy: { network: { name: "du-mordatch", channels: 4 } } });
    expect(energy.network).toEqual({
      ...{ name: "du-mordatch", channels: 4, last: null },
      ...{ activation: "leaky-relu", spectralNorm: true },
    });
    expect(config([1, 8, 8], { energy: { network: null } }).energy.network).toBeNull();
  });

  it("by naming a member leaves the others as those of any rows, as with a table", () => {
    expect(config([1, 8, 8], { flow: { name: "glow" } })).toMatchObject({
      energy: { name: "tilted", base: "gaussian", network: null },
      objective: { name: "balanced" },
      pretrain: 0,
    });
    expect(config([1, 8, 8], { energy: { name: "neural" } }).flow!.name).toBe("realnvp");
    expect(config([1, 8, 8], {}, { label: "class" }).energy.name).toBe("classifier");
  });

  it("of another objective keeps the model, fitted first", () => {
    const found = config([1, 8, 8], { objective: { name: "pcd" } });
    expect(found).toMatchObject({ energy: { base: "flow" }, flow: { name: "multiscale-realnvp" }, steps: 2000 });
    expect(found.pretrain).toBeGreaterThan(0);
  });

  it("is no image where it has no shape, and then a table is meant", () => {
    expect(config(undefined).flow!.name).toBe("normal-mixture");
    expect(() => config([8, 8])).toThrow("expected [channels, height, width]");
    expect(() => config([1, 8.5, 8])).toThrow("data.image");
  });
});

it("a flow of images without halving moves every pixel, and comes back", async () => {
  const flow = findFlow("multiscale-realnvp", [1, 5, 7])({ levels: 0, channels: 4, blocks: 1 }, [1, 5, 7]);
  const start = flow.init(fold(key, "flow"));
  const p = constant(tensor(start.map((v, i) => v + 0.1 * Math.sin(i))));
  const x = constant(normal(fold(key, "pixels"), [4, 1, 5, 7]));
  const { x: z, logDet } = flow.inverse(x, p);
  const again = flow.forward(z, p);
  const found = await evaluate({ z, y: again.y, logDet, back: again.logDet, x });
  for (const [i, v] of (found.y!.data as Float32Array).entries()) {
    expect(Math.abs(v - (found.x!.data[i] as number))).toBeLessThan(1e-5);
    expect(found.z!.data[i]).not.toBe(found.x!.data[i]);
  }
  for (const [i, v] of (found.logDet!.data as Float32Array).entries())
    expect(v + (found.back!.data[i] as number)).toBeCloseTo(0, 4);
});
